using System.Diagnostics;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Litmus.Tests;

namespace Orleans.Mmu.Litmus.Machine;

/// <summary>
/// Arithmetic on the values of a litmus test: on numbers, and the few operations that tests use on addresses.
/// </summary>
internal static class LitmusArithmetic
{
    /// <summary>Computes the result of an instruction.</summary>
    /// <exception cref="InputException">The operation is not defined for these kinds of operands.</exception>
    public static LitmusValue Compute(
        LitmusTest test, ArithmeticInstruction instruction, LitmusValue left, LitmusValue right)
    {
        // EOR or SUB of a value with itself is 0 for a value of any kind; AND or ORR of a value with itself is that
        // value.
        if (left == right && left.Kind != LitmusValueKind.Number)
        {
            if (instruction.Operator is LitmusOperator.Xor or LitmusOperator.Sub)
                return LitmusValue.Zero;
            if (instruction.Operator is LitmusOperator.And or LitmusOperator.Or)
                return left;
        }

        return (left.Kind, right.Kind) switch
        {
            (LitmusValueKind.Number, LitmusValueKind.Number) => Numbers(instruction, left.Bits, right.Bits),
            (LitmusValueKind.Address, LitmusValueKind.Number) => OfAddress(test, instruction, left, right.Bits),
            (LitmusValueKind.Number, LitmusValueKind.Address) when instruction.Operator == LitmusOperator.Add =>
                OfAddress(test, instruction, right, left.Bits),
            (LitmusValueKind.PageNumber, LitmusValueKind.Number)
                when TlbiOperandArithmetic.Compute(
                    test.Names, instruction.Operator, left, right.Bits) is { } operand => operand,
            (LitmusValueKind.Number, LitmusValueKind.PageNumber)
                when instruction.Operator is LitmusOperator.Add or LitmusOperator.Or or LitmusOperator.Xor
                    && TlbiOperandArithmetic.Compute(
                        test.Names, instruction.Operator, right, left.Bits) is { } operand => operand,
            // The address of a table word lies in no page of the test, so a TLBI with it as operand invalidates
            // nothing.
            (LitmusValueKind.Descriptor, LitmusValueKind.Number)
                when OfDescriptor(test, instruction, left, right) is { } changed => changed,
            (LitmusValueKind.Code, LitmusValueKind.Number) when instruction.Operator == LitmusOperator.Add
                && right.Bits % 4 == 0 => OfCode(test, instruction, left, right.Bits / 4),
            (LitmusValueKind.TableWord,
                LitmusValueKind.Number) when instruction.Operator == LitmusOperator.ShiftRight => LitmusValue.Number(0),
            (_, LitmusValueKind.Number) when right.Bits == 0
                && instruction.Operator is LitmusOperator.Add or LitmusOperator.Or or LitmusOperator.Xor
                    or LitmusOperator.Sub => left,
            (LitmusValueKind.Number, _) when left.Bits == 0
                && instruction.Operator is LitmusOperator.Add or LitmusOperator.Or or LitmusOperator.Xor => right,
            (_, LitmusValueKind.Number) when right.Bits == 0 && instruction.Operator == LitmusOperator.And =>
                LitmusValue.Zero,
            _ => throw NotSupported(test, instruction, left, right),
        };
    }

    private static LitmusValue Numbers(ArithmeticInstruction instruction, long left, long right) =>
        LitmusValue.Number(instruction.Operator switch
        {
            LitmusOperator.Add => unchecked(left + right),
            LitmusOperator.Sub => unchecked(left - right),
            LitmusOperator.And => left & right,
            LitmusOperator.Or => left | right,
            LitmusOperator.Xor => left ^ right,
            LitmusOperator.BitClear => left & ~right,
            LitmusOperator.ShiftLeft => left << Shift(instruction, right),
            LitmusOperator.ShiftRight => (long)((ulong)left >> Shift(instruction, right)),
            LitmusOperator.ShiftRightSigned =>
                (instruction.Target.Wide ? left : (int)left) >> Shift(instruction, right),
            _ => throw new UnreachableException($"no rule says what {instruction.Operator} gives"),
        });

    /// <summary>The flags that a comparison leaves.</summary>
    /// <exception cref="InputException">Its operands are of two kinds, and neither is a number.</exception>
    public static LitmusFlags Compared(
        LitmusTest test, ArithmeticInstruction instruction, LitmusValue left, LitmusValue right)
    {
        // ANDS, BICS and TST compare their result with 0.
        bool isLogical = instruction.Operator is not LitmusOperator.Sub;
        if (isLogical)
            (left, right) = (Compute(test, instruction, left, right), LitmusValue.Zero);
        if (left.Kind != right.Kind && left.Kind != LitmusValueKind.Number && right.Kind != LitmusValueKind.Number)
            throw new InputException(
                test.Source, instruction.Line,
                $"expected two numbers or two addresses, found {test.Names.Text(left)} and " +
                $"{test.Names.Text(right)} in {instruction.Text}");
        // An address or a descriptor never equals a small number. W registers are compared as 32-bit numbers; sign
        // extension keeps both their signed and their unsigned order.
        var extension = instruction.Left.Wide ? LitmusExtension.None : LitmusExtension.SignedWord;
        (left, right) = (Extend(left, extension), Extend(right, extension));
        return left.Kind == right.Kind
            ? new(left.Bits, right.Bits, isLogical)
            : new(
                left.Kind == LitmusValueKind.Number ? left.Bits : long.MaxValue,
                right.Kind == LitmusValueKind.Number ? right.Bits : long.MaxValue, isLogical);
    }

    /// <summary>The last operand of an instruction after its extension or its shift.</summary>
    /// <exception cref="InputException">The shift is not defined for this kind of value.</exception>
    public static LitmusValue Modified(LitmusTest test, ArithmeticInstruction instruction, LitmusValue right) =>
        instruction.Shift is { } shift ? Compute(test, shift, right, LitmusValue.Number(shift.Right.Immediate))
            : Extend(right, instruction.Extension);

    /// <summary>A value after its extension.</summary>
    public static LitmusValue Extend(LitmusValue value, LitmusExtension extension) =>
        extension switch
        {
            LitmusExtension.SignedWord when value.Kind == LitmusValueKind.Number =>
                LitmusValue.Number((int)value.Bits),
            LitmusExtension.UnsignedWord when value.Kind == LitmusValueKind.Number =>
                LitmusValue.Number((uint)value.Bits),
            _ => value,
        };

    // ORR, BIC and EOR of a mask give a descriptor; AND gives the bits.
    private static LitmusValue? OfDescriptor(
        LitmusTest test, ArithmeticInstruction instruction, LitmusValue left, LitmusValue right)
    {
        var descriptor = test.Names.Descriptors[(int)left.Bits];
        ulong mask = (ulong)right.Bits;
        var changed = instruction.Operator switch
        {
            LitmusOperator.Or => DescriptorBits.Set(descriptor, mask),
            LitmusOperator.BitClear => DescriptorBits.Clear(descriptor, mask),
            LitmusOperator.Xor => DescriptorBits.Invert(descriptor, mask),
            _ => null,
        };
        if (changed is not null)
            return LitmusValue.Descriptor(test.Number(changed));
        return instruction.Operator == LitmusOperator.And && DescriptorBits.And(descriptor, mask) is { } bits
            ? LitmusValue.Number((long)bits) : null;
    }

    // The address of an instruction that comes later; both halves of a pair have one address.
    private static LitmusValue OfCode(
        LitmusTest test, ArithmeticInstruction instruction, LitmusValue code, long instructions)
    {
        var program = test.Programs[code.CodeCpu];
        int index = code.CodeIndex;
        for (; instructions > 0 && index < program.Length; instructions--)
        {
            do
                index++;
            while (index < program.Length && program[index] is AccessInstruction { IsSecond: true });
        }

        return instructions == 0
            ? LitmusValue.Code(code.CodeCpu, index)
            : throw NotSupported(test, instruction, code, LitmusValue.Number(4 * instructions));
    }

    private static int Shift(ArithmeticInstruction instruction, long by) =>
        (int)by & (instruction.Target.Wide ? 63 : 31);

    private static LitmusValue OfAddress(
        LitmusTest test, ArithmeticInstruction instruction, LitmusValue address, long number)
    {
        switch (instruction.Operator)
        {
            case LitmusOperator.ShiftRight when number == 12:
                return LitmusValue.PageNumber(address.Page);
            case LitmusOperator.Add or LitmusOperator.Sub:
                long offset = address.Offset + (instruction.Operator == LitmusOperator.Add ? number : -number);
                long pages = offset >> 12;
                if (pages == 0)
                    return LitmusValue.Address(address.Page, (int)offset);
                int first = test.Names.Pages[address.Page].Offset;
                return Math.Abs(pages) < LitmusNames.PagesOfBlock
                    && test.Names.Find(address.Page, first + (int)pages) is { } page
                    ? LitmusValue.Address(page, (int)(offset & 0xfff))
                    : throw new InputException(
                        test.Source, instruction.Line,
                        $"expected an address in a page that the test names, found {test.Names.Text(address)} and " +
                        $"{number} bytes in {instruction.Text}");
            default:
                throw NotSupported(test, instruction, address, LitmusValue.Number(number));
        }
    }

    private static InputException NotSupported(
        LitmusTest test, ArithmeticInstruction instruction, LitmusValue left, LitmusValue right) =>
        new(test.Source, instruction.Line,
            $"expected numbers, or an address and a distance, in {instruction.Text}, found {test.Names.Text(left)} " +
            $"and {test.Names.Text(right)}");
}
