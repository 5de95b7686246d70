using System.Globalization;

namespace Orleans.Mmu.Explain.Registers;

/// <summary>A field of a register.</summary>
/// <param name="Name">Its name: "T1SZ".</param>
/// <param name="High">Its highest bit.</param>
/// <param name="Low">Its lowest bit.</param>
/// <param name="Says">What a value of the field says.</param>
internal sealed record RegisterField(string Name, int High, int Low, Func<ulong, string> Says)
{
    /// <summary>A field of one bit.</summary>
    public RegisterField(string name, int bit, string zero, string one)
        : this(name, bit, bit, value => value == 0 ? zero : one)
    {
    }

    /// <summary>A field whose values have a meaning each, from 0 on; larger ones are reserved.</summary>
    public RegisterField(string name, int high, int low, IReadOnlyList<string> meanings)
        : this(name, high, low, value => value < (ulong)meanings.Count ? meanings[(int)value] : "reserved")
    {
    }

    /// <summary>The bits of the register that are the field's.</summary>
    public ulong Mask => ulong.MaxValue >> (63 - High + Low) << Low;

    /// <summary>The field's value in a value of the register.</summary>
    public ulong Of(ulong register) => (register & Mask) >> Low;

    /// <summary>"T1SZ[21:16]", "A1[22]".</summary>
    public override string ToString() => High == Low ? string.Create(CultureInfo.InvariantCulture, $"{Name}[{High}]")
        : string.Create(CultureInfo.InvariantCulture, $"{Name}[{High}:{Low}]");
}
