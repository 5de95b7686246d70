using System.Collections.Immutable;
using System.Text;

namespace Orleans.Mmu.Arm.Invalidation;

/// <summary>The tables whose entries a TLBI removes.</summary>
public enum TlbiRegime
{
    /// <summary>Stage 1 of EL1&amp;0.</summary>
    El1,

    /// <summary>Both stages of EL1&amp;0.</summary>
    BothStages,

    /// <summary>Stage 2 of EL1&amp;0 alone. Entries that combine both stages remain.</summary>
    Stage2,

    /// <summary>Stage 1 of EL2.</summary>
    El2,
}

/// <summary>The name of a TLBI that acts on its own CPU, in lower case: "vaae1".</summary>
/// <param name="Scope">The entries of the regime that it names; for stage 2, the VA is an IPA.</param>
/// <param name="AllVmids">Whether it removes entries of every VMID.</param>
public sealed record TlbiName(string Name, TlbiRegime Regime, TlbiScope Scope, bool AllVmids = false)
{
    /// <summary>Whether the operation has an address, and so a form for ranges.</summary>
    public bool ByAddress => Scope is not (TlbiScope.All or TlbiScope.Asid);

    /// <summary>Whether it leaves entries that cache table descriptors.</summary>
    public bool LastLevel => Scope is TlbiScope.VaLastLevel or TlbiScope.VaAllAsidsLastLevel;
}

/// <summary>The names of TLBIs, in lower case: "vaae1", "rvaae1is".</summary>
public static class TlbiNames
{
    private static readonly ImmutableArray<TlbiName> Names =
    [
        new("vmalle1", TlbiRegime.El1, TlbiScope.All), new("aside1", TlbiRegime.El1, TlbiScope.Asid),
        new("vae1", TlbiRegime.El1, TlbiScope.Va), new("vaae1", TlbiRegime.El1, TlbiScope.VaAllAsids),
        new("vale1", TlbiRegime.El1, TlbiScope.VaLastLevel),
        new("vaale1", TlbiRegime.El1, TlbiScope.VaAllAsidsLastLevel),
        new("alle1", TlbiRegime.BothStages, TlbiScope.All, AllVmids: true),
        new("vmalls12e1", TlbiRegime.BothStages, TlbiScope.All),
        new("ipas2e1", TlbiRegime.Stage2, TlbiScope.Va), new("ipas2le1", TlbiRegime.Stage2, TlbiScope.VaLastLevel),
        new("alle2", TlbiRegime.El2, TlbiScope.All), new("vae2", TlbiRegime.El2, TlbiScope.Va),
        new("vale2", TlbiRegime.El2, TlbiScope.VaLastLevel),
    ];

    /// <summary>The forms that reach their own CPU and name no range.</summary>
    public static IReadOnlyList<TlbiName> All => Names;

    /// <summary>
    /// The name of an operation on stage 1 of EL1&amp;0: a range form begins with "r", and a broadcast form ends in
    /// "is".
    /// </summary>
    public static string Of(TlbiScope scope, bool broadcast, bool range)
    {
        string name = Names.First(n => n.Regime == TlbiRegime.El1 && n.Scope == scope).Name;
        return $"{(range ? "r" : "")}{name}{(broadcast ? "is" : "")}";
    }

    /// <summary>
    /// The operation on stage 1 of EL1&amp;0 that a name denotes; null if the name belongs to another regime or to no
    /// operation.
    /// </summary>
    public static (TlbiScope Scope, bool Broadcast, bool Range)? Find(string name) =>
        FindAny(Encoding.UTF8.GetBytes(name)) is ({ Regime: TlbiRegime.El1 } found, var broadcast, var range)
            ? (found.Scope, broadcast, range) : null;

    /// <summary>
    /// The operation that a name in bytes denotes; null if there is none. An OS form counts as broadcast, because all
    /// modelled CPUs are in one Inner Shareable domain. A range form exists only for the scopes by address. The call
    /// allocates nothing.
    /// </summary>
    public static (TlbiName Name, bool Broadcast, bool Range)? FindAny(ReadOnlySpan<byte> name)
    {
        bool broadcast = name.EndsWith("is"u8) || name.EndsWith("os"u8);
        var plain = broadcast ? name[..^2] : name;
        bool range = plain.StartsWith("r"u8);
        if (range)
            plain = plain[1..];
        foreach (var known in Names)
        {
            if (Ascii.Equals(plain, known.Name) && (!range || known.ByAddress))
                return (known, broadcast, range);
        }

        return null;
    }
}
