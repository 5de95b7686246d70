using System.Diagnostics;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Litmus.Tests;

namespace Orleans.Mmu.Litmus.Machine;

/// <summary>What the value of a register decides: a branch on it, or what CSINC and its like make of it.</summary>
internal static class RegisterDecisions
{
    /// <summary>Whether CBZ, CBNZ, TBZ or TBNZ branches.</summary>
    /// <exception cref="InputException">The bit of this kind of value is not known.</exception>
    public static bool Takes(LitmusTest test, CompareBranchInstruction branch, LitmusValue value)
    {
        if (branch.Bit is not { } bit)
            return value == LitmusValue.Zero == branch.OnZero;
        ulong? masked = value.Kind switch
        {
            LitmusValueKind.Number => (ulong)value.Bits & 1UL << bit,
            LitmusValueKind.Descriptor => DescriptorBits.And(test.Names.Descriptors[(int)value.Bits], 1UL << bit),
            _ => null,
        };
        return masked is { } found ? found == 0 == branch.OnZero
            : throw new InputException(
                test.Source, branch.Line,
                $"expected a number, or a descriptor and the bit of valid, el0, db, af, dbm or x, found "
                + $"{test.Names.Text(value)} in {branch.Text}");
    }

    /// <summary>The second operand of CSEL, CSINC, CSINV or CSNEG as the target gets it.</summary>
    /// <exception cref="InputException">It is no number, and the instruction changes it.</exception>
    public static LitmusValue Changed(LitmusTest test, SelectInstruction select, LitmusValue value)
    {
        if (select.Change != LitmusChange.None && value.Kind != LitmusValueKind.Number)
            throw new InputException(
                test.Source, select.Line, $"expected a number, found {test.Names.Text(value)} in {select.Text}");
        return select.Change switch
        {
            LitmusChange.None => value,
            LitmusChange.Increment => LitmusValue.Number(unchecked(value.Bits + 1)),
            LitmusChange.Invert => LitmusValue.Number(~value.Bits),
            LitmusChange.Negate => LitmusValue.Number(unchecked(-value.Bits)),
            _ => throw new UnreachableException($"no rule says what {select.Change} does"),
        };
    }
}
