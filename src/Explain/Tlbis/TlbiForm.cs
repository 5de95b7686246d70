using System.Text;
using Orleans.Mmu.Arm.Invalidation;

namespace Orleans.Mmu.Explain.Tlbis;

/// <summary>The CPUs that a TLBI reaches.</summary>
internal enum TlbiReach
{
    /// <summary>The CPU that issues it.</summary>
    Local,

    /// <summary>The IS forms: every CPU of the Inner Shareable domain.</summary>
    Inner,

    /// <summary>The OS forms: every CPU of the Outer Shareable domain.</summary>
    Outer,
}

/// <summary>A TLBI as assembly writes it: "rvaae1osnxs".</summary>
/// <param name="Text">The name in lower case.</param>
/// <param name="Known">What it names, of those that the models know; null for the others.</param>
/// <param name="Other">What it names, of those that no model knows; null for the models' own.</param>
/// <param name="Range">Whether it takes a range of addresses (FEAT_TLBIRANGE).</param>
/// <param name="Nxs">Whether it has the nXS qualifier (FEAT_XS).</param>
internal sealed record TlbiForm(
    string Text, TlbiName? Known, UnmodelledTlbi? Other, TlbiReach Reach, bool Range, bool Nxs)
{
    private const string Xs = "nxs";

    /// <summary>The operation that a name in lower case denotes; null if there is none.</summary>
    public static TlbiForm? Find(string name)
    {
        bool nxs = name.EndsWith(Xs, StringComparison.Ordinal);
        string plain = nxs ? name[..^Xs.Length] : name;
        var reach = plain.EndsWith("is", StringComparison.Ordinal) ? TlbiReach.Inner
            : plain.EndsWith("os", StringComparison.Ordinal) ? TlbiReach.Outer : TlbiReach.Local;
        if (TlbiNames.FindAny(Encoding.UTF8.GetBytes(plain)) is var (known, _, range))
            return new(name, known, null, reach, range, nxs);
        return UnmodelledTlbi.Find(plain) is var (other, isRange) && (!nxs || other.HasNxs)
            ? new(name, null, other, reach, isRange, nxs) : null;
    }

    /// <summary>Every name in lower case.</summary>
    public static IEnumerable<string> Names =>
        from plain in TlbiNames.All.SelectMany(n => Forms(n.Name, n.ByAddress))
            .Concat(UnmodelledTlbi.All.SelectMany(u => u.Forms))
        from suffix in (string[])["", Xs]
        let name = plain + suffix
        where Find(name) is not null
        select name;

    private static IEnumerable<string> Forms(string name, bool byAddress) =>
        from reach in (string[])["", "is", "os"]
        from prefix in byAddress ? (string[])["", "r"] : [""]
        select $"{prefix}{name}{reach}";
}
