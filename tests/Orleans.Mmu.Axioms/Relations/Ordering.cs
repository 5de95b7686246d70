namespace Orleans.Mmu.Axioms.Relations;

/// <summary>
/// A strict order that grows: always transitively closed, so that an edge that would close a cycle is refused at once.
/// </summary>
internal sealed class Ordering
{
    private readonly UInt128[] _after;

    public Ordering(int size) => _after = new UInt128[size];

    private Ordering(UInt128[] after) => _after = after;

    public Ordering Copy() => new((UInt128[])_after.Clone());

    /// <summary>Sets the events after one of them without closing: for an order that is closed already.</summary>
    public void Begin(int from, UInt128 closed) => _after[from] = closed;

    /// <returns>False where the edge closes a cycle; the order is of no use then.</returns>
    public bool Add(int from, int to)
    {
        if (from == to || (_after[to] >> from & UInt128.One) != UInt128.Zero)
            return false;
        if ((_after[from] >> to & UInt128.One) != UInt128.Zero)
            return true;
        var reached = _after[to] | UInt128.One << to;
        for (var earlier = 0; earlier < _after.Length; earlier++)
        {
            if (earlier == from || (_after[earlier] >> from & UInt128.One) != UInt128.Zero)
                _after[earlier] |= reached;
        }
        return true;
    }

    public bool Add(int from, EventSet to)
    {
        foreach (var target in to)
        {
            if (!Add(from, target))
                return false;
        }
        return true;
    }
}
