namespace Orleans.Mmu.Exploration.Search;

/// <summary>Numbers that name states in the whole space: a shard, and a place in its table.</summary>
internal static class StateName
{
    /// <summary>The name of what the initial state was reached from.</summary>
    public const uint None = uint.MaxValue;

    public static uint Of(int shard, int index) => ((uint)index << Explorer.ShardBits) | (uint)shard;

    /// <summary>Which shard a hash belongs to.</summary>
    public static int ShardOf(ulong hash) => (int)(hash >> (64 - Explorer.ShardBits));

    public static int Shard(uint name) => (int)(name & (Explorer.Shards - 1));

    public static int Index(uint name) => (int)(name >> Explorer.ShardBits);
}

/// <summary>A state that violates a property.</summary>
/// <param name="Depth">Transitions from the initial state.</param>
/// <param name="Index">Its place in its shard's table.</param>
public readonly record struct FoundState(int Property, int Depth, int Index)
{
    /// <summary>For each property the state that a path is shown to: of those of least depth the one named first.</summary>
    /// <param name="found">What was found in each shard.</param>
    internal static IEnumerable<(int Property, uint Name)> First(IEnumerable<IEnumerable<FoundState>> found) =>
        found.SelectMany((shard, i) => shard.Select(f => (f.Property, f.Depth, Name: StateName.Of(i, f.Index))))
            .GroupBy(f => f.Property)
            .Select(g => g.OrderBy(f => f.Depth).ThenBy(f => f.Name).First())
            .Select(f => (f.Property, f.Name));
}
