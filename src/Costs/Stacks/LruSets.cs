using Orleans.Mmu.Arm.Tlbs;

namespace Orleans.Mmu.Costs.Stacks;

/// <summary>
/// A set-associative structure with LRU replacement: an L2 TLB or a walk cache. It keeps keys only. A look-up costs one
/// step for each way of one set and allocates nothing.
/// </summary>
internal sealed class LruSets
{
    // No page has this key.
    private const ulong Empty = ulong.MaxValue;

    private readonly ulong[] _keys;
    private readonly int _ways;
    private readonly ulong _sets;
    private readonly ulong _mask;

    public LruSets(TlbGeometry geometry)
    {
        _ways = geometry.Ways;
        _sets = (ulong)geometry.Sets;
        _mask = ulong.IsPow2(_sets) ? _sets - 1 : 0;
        _keys = new ulong[geometry.Entries];
        Array.Fill(_keys, Empty);
    }

    /// <summary>Looks a key up and makes it the most recent of its set; a missing key replaces the oldest.</summary>
    /// <param name="key">The key; never 2^64 − 1.</param>
    /// <param name="number">Selects the set, modulo the number of sets.</param>
    /// <returns>Whether the key was present.</returns>
    public bool Use(ulong key, ulong number)
    {
        ulong set = _mask != 0 || _sets == 1 ? number & _mask : number % _sets;
        var ways = _keys.AsSpan((int)set * _ways, _ways);
        if (ways[0] == key)
            return true;
        int at = ways[1..].IndexOf(key) + 1;
        int moved = at > 0 ? at : _ways - 1;
        ways[..moved].CopyTo(ways[1..]);
        ways[0] = key;
        return at > 0;
    }
}
