using System.Globalization;

namespace Orleans.Mmu.Axioms.Programs;

/// <summary>What a register or a word in memory holds. Equal values are the same value.</summary>
internal abstract record Value
{
    private Value()
    {
    }

    public static Value Zero { get; } = new Number(0);

    /// <summary>A number, or an address that has lost its meaning.</summary>
    internal sealed record Number(long Bits) : Value
    {
        public override string ToString() => Bits.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>The virtual address of a page's word or of a descriptor.</summary>
    internal sealed record Address(Location Of) : Value
    {
        public override string ToString() => Of.ToString();
    }

    /// <summary>A virtual page's number: the operand of a TLBI, an address shifted right by 12.</summary>
    internal sealed record PageNumber(Location Of) : Value
    {
        public override string ToString() => $"{Of}>>12";
    }

    /// <summary>A descriptor.</summary>
    internal sealed record Entry(PageDescriptor Descriptor) : Value
    {
        public override string ToString() => Descriptor.ToString();
    }

    /// <summary>The address of an instruction: what ELR_EL1 holds in a handler.</summary>
    internal sealed record Code(int Thread, int Index) : Value
    {
        public override string ToString() => $"P{Thread}+{Index}";
    }
}
