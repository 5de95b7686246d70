using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Orleans.Mmu.Explain.Functions;

/// <summary>The functions of Linux that reports name.</summary>
internal static class LinuxFunctions
{
    public static ImmutableArray<LinuxFunction> All { get; } = [.. SplittingFunctions.All, .. OtherFunctions.All];

    private static readonly FrozenDictionary<string, LinuxFunction> ByName =
        All.ToFrozenDictionary(f => f.Name, StringComparer.OrdinalIgnoreCase);

    /// <summary>The function of a name in any case, with or without parentheses; null if it is not listed.</summary>
    public static LinuxFunction? Find(string name) =>
        ByName.GetValueOrDefault(name.EndsWith("()", StringComparison.Ordinal) ? name[..^2] : name);
}
