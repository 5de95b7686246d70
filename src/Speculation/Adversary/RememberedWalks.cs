using Orleans.Mmu.Arm.Tlbs;

namespace Orleans.Mmu.Speculation.Adversary;

/// <summary>
/// The walks of a CPU by the number that their TLB entries carry. A walk is forgotten some time after no entry refers
/// to it.
/// </summary>
internal sealed class RememberedWalks
{
    private readonly Dictionary<int, RememberedWalk> _walks = [];
    private int _last;

    public bool Any => _walks.Count > 0;

    /// <summary>The number of the next walk.</summary>
    public int Next() => ++_last;

    /// <summary>The walk of a number; null if it is not known.</summary>
    public RememberedWalk? Of(int number) => _walks.GetValueOrDefault(number);

    /// <summary>Remembers the walk whose number was given last.</summary>
    public void Keep(RememberedWalk walk, Tlb tlb)
    {
        _walks[_last] = walk;
        if (_walks.Count <= 2 * tlb.Shape.Entries)
            return;
        var alive = tlb.Entries().Select(e => e.Source).ToHashSet();
        foreach (int number in _walks.Keys.Where(w => !alive.Contains(w)).ToList())
            _walks.Remove(number);
    }
}
