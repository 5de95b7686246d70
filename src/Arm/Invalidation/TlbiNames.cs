using System.Collections.Immutable;

namespace Orleans.Mmu.Arm.Invalidation;

/// <summary>The names of the operations of a <see cref="TlbiScope"/>, in lower case: "vaae1", "rvaae1is".</summary>
public static class TlbiNames
{
    private static readonly ImmutableArray<(string Name, TlbiScope Scope)> Names =
    [
        ("vmalle1", TlbiScope.All), ("aside1", TlbiScope.Asid), ("vae1", TlbiScope.Va), ("vaae1", TlbiScope.VaAllAsids),
        ("vale1", TlbiScope.VaLastLevel), ("vaale1", TlbiScope.VaAllAsidsLastLevel),
    ];

    /// <summary>The name of an operation: a range form begins with "r", and a broadcast form ends in "is".</summary>
    public static string Of(TlbiScope scope, bool broadcast, bool range)
    {
        string name = Names.First(n => n.Scope == scope).Name;
        return $"{(range ? "r" : "")}{name}{(broadcast ? "is" : "")}";
    }

    /// <summary>
    /// The operation that a name denotes; null if the name belongs to another regime or to no operation. An OS form
    /// counts as broadcast, because all modelled CPUs are in one Inner Shareable domain. A range form exists only for
    /// the scopes by address.
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
