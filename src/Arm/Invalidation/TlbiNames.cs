using System.Collections.Immutable;

namespace Orleans.Mmu.Arm.Invalidation;

/// <summary>
/// The names of the operations that a <see cref="TlbiScope"/> covers, in lower case: "vaae1", "rvaae1is".
/// </summary>
public static class TlbiNames
{
    private static readonly ImmutableArray<(string Name, TlbiScope Scope)> Names =
    [
        ("vmalle1", TlbiScope.All), ("aside1", TlbiScope.Asid), ("vae1", TlbiScope.Va), ("vaae1", TlbiScope.VaAllAsids),
        ("vale1", TlbiScope.VaLastLevel), ("vaale1", TlbiScope.VaAllAsidsLastLevel),
    ];

    /// <summary>The name of an operation, with r before a range form and is behind a broadcast one.</summary>
    public static string Of(TlbiScope scope, bool broadcast, bool range)
    {
        string name = Names.First(n => n.Scope == scope).Name;
        return $"{(range ? "r" : "")}{name}{(broadcast ? "is" : "")}";
    }

    /// <summary>
    /// What a name says; null for a name of another regime or of no operation. An OS form counts as broadcast, since
    /// every modelled CPU lies in one Inner Shareable domain. A range form exists only by address.
    /// </summary>
    public static (TlbiScope Scope, bool Broadcast, bool Range)? Find(string name)
    {
        bool broadcast = name.EndsWith("is", StringComparison.Ordinal) || name.EndsWith("os", StringComparison.Ordinal);
        string plain = broadcast ? name[..^2] : name;
        bool range = plain.StartsWith('r');
        foreach (var (known, scope) in Names)
        {
            if (known == (range ? plain[1..] : plain) && (!range || scope is not (TlbiScope.All or TlbiScope.Asid)))
                return (scope, broadcast, range);
        }

        return null;
    }
}
