using System.Collections.Immutable;
using System.Globalization;
using Orleans.Mmu.Arm.Tlbs;

namespace Orleans.Mmu.Arm.TlbHierarchies;

/// <summary>
/// Caches of table entries: an entry of level n lets a walk begin at level n + 1. There is one cache for all levels, or
/// one for each level that has any.
/// </summary>
/// <param name="Shared">The cache for the table entries of every level; null if each level has its own.</param>
/// <param name="ByLevel">The caches of levels 0, 1 and 2; null where a level has none.</param>
public sealed record WalkCaches(TlbGeometry? Shared, ImmutableArray<TlbGeometry?> ByLevel)
{
    /// <summary>No walk caches: every walk reads a descriptor of each level.</summary>
    public static WalkCaches None { get; } = new(null, [null, null, null]);

    /// <summary>One cache for all levels.</summary>
    public static WalkCaches Of(TlbGeometry shared) => new(shared, [null, null, null]);

    /// <summary>Reads "64x4" for one cache, "0:4,1:8,2:64x4" for one cache for each level, or "none".</summary>
    public static WalkCaches? Parse(string text)
    {
        if (text == "none")
            return None;
        if (!text.Contains(':', StringComparison.Ordinal))
            return TlbHierarchy.Parse(text) is { } shared ? Of(shared) : null;
        var levels = new TlbGeometry?[3];
        foreach (string part in text.Split(','))
        {
            string[] words = part.Split(':');
            if (words.Length != 2
                || !int.TryParse(words[0], NumberStyles.None, CultureInfo.InvariantCulture, out int level) || level > 2
                || levels[level] is not null || TlbHierarchy.Parse(words[1]) is not { } geometry)
            {
                return null;
            }

            levels[level] = geometry;
        }

        return new(null, [.. levels]);
    }

    /// <summary>True where there is no cache at all.</summary>
    public bool IsNone => Shared is null && ByLevel.All(g => g is null);

    public override string ToString() => Shared is { } shared
        ? TlbHierarchy.Text(shared)
        : IsNone ? "none" : string.Join(',', ByLevel.Select((g, level) => (g, level)).Where(l => l.g is not null)
        .Select(l => $"{l.level}:{TlbHierarchy.Text(l.g!)}"));
}
