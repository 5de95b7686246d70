using Orleans.Mmu.Litmus.Tests;

namespace Orleans.Mmu.Litmus.Machine;

/// <summary>
/// How a program puts the operand of a TLBI together: fields above the address, and a step to another page.
/// </summary>
internal static class TlbiOperandArithmetic
{
    /// <summary>The result; null where it names no page of the test or mixes fields and address.</summary>
    public static LitmusValue? Compute(LitmusNames names, LitmusOperator @operator, LitmusValue operand, long number)
    {
        long fields = operand.OperandFields;
        if ((number & ~LitmusValue.MaskOfFields) == 0)
        {
            return @operator switch
            {
                LitmusOperator.Or => LitmusValue.PageNumber(operand.Page, fields | number),
                LitmusOperator.Xor => LitmusValue.PageNumber(operand.Page, fields ^ number),
                LitmusOperator.BitClear => LitmusValue.PageNumber(operand.Page, fields & ~number),
                LitmusOperator.Add => LitmusValue.PageNumber(operand.Page, unchecked(fields + number)),
                LitmusOperator.Sub => LitmusValue.PageNumber(operand.Page, unchecked(fields - number)),
                _ => null,
            };
        }

        if (@operator is not (LitmusOperator.Add or LitmusOperator.Sub)
            || number is <= -LitmusNames.PagesOfBlock or >= LitmusNames.PagesOfBlock)
            return null;
        int offset = names.Pages[operand.Page].Offset + (int)(@operator == LitmusOperator.Add ? number : -number);
        return names.Find(operand.Page, offset) is { } page ? LitmusValue.PageNumber(page, fields) : null;
    }
}
