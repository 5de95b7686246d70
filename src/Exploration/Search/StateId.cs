namespace Orleans.Mmu.Exploration.Search;

/// <summary>Names of states in the whole space: a shard and an index in its table, in one number.</summary>
internal static class StateId
{
    /// <summary>The origin of the initial state.</summary>
    public const uint None = uint.MaxValue;

    public static uint Of(int shard, int index) => ((uint)index << Explorer.ShardBits) | (uint)shard;

    /// <summary>The shard of a hash.</summary>
    public static int ShardOf(ulong hash) => (int)(hash >> (64 - Explorer.ShardBits));

    public static int Shard(uint name) => (int)(name & (Explorer.Shards - 1));

    public static int Index(uint name) => (int)(name >> Explorer.ShardBits);
}

/// <summary>A state that violates a property.</summary>
/// <param name="Depth">Transitions from the initial state.</param>
/// <param name="Index">Its index in its shard's table.</param>
public readonly record struct FoundState(int Property, int Depth, int Index)
{
    /// <summary>
    /// For each property the state whose path is shown: of those of least depth, the one with the smallest name.
    /// </summary>
    /// <param name="found">The findings of each shard.</param>
    internal static IEnumerable<(int Property, uint Name)> First(IEnumerable<IEnumerable<FoundState>> found) =>
        found.SelectMany((shard, i) => shard.Select(f => (f.Property, f.Depth, Name: StateId.Of(i, f.Index))))
            .GroupBy(f => f.Property)
            .Select(g => g.OrderBy(f => f.Depth).ThenBy(f => f.Name).First())
            .Select(f => (f.Property, f.Name));
}
