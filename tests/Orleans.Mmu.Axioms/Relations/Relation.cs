namespace Orleans.Mmu.Axioms.Relations;

/// <summary>
/// A relation between the events of an execution, as a matrix of bits: row i has the events that come after i. The
/// operators are those of the published model: union, intersection, difference, sequence and closure.
/// </summary>
internal sealed class Relation
{
    private readonly UInt128[] _rows;

    public Relation(int size) => _rows = new UInt128[size];

    private Relation(UInt128[] rows) => _rows = rows;

    public int Size => _rows.Length;

    public static Relation Where(int size, Func<int, int, bool> holds)
    {
        var result = new Relation(size);
        for (var from = 0; from < size; from++)
        {
            for (var to = 0; to < size; to++)
            {
                if (holds(from, to))
                    result.Add(from, to);
            }
        }
        return result;
    }

    public bool Has(int from, int to) => (_rows[from] >> to & UInt128.One) != UInt128.Zero;

    public EventSet After(int from) => new(_rows[from]);

    public void Add(int from, int to) => _rows[from] |= UInt128.One << to;

    public static Relation operator |(Relation left, Relation right) => left.Rows(right, static (a, b) => a | b);

    public static Relation operator &(Relation left, Relation right) => left.Rows(right, static (a, b) => a & b);

    public static Relation operator -(Relation left, Relation right) => left.Rows(right, static (a, b) => a & ~b);

    /// <summary>From a to c where this goes from a to some b and the next one from b to c.</summary>
    public Relation Then(Relation next)
    {
        var result = new UInt128[_rows.Length];
        for (var from = 0; from < _rows.Length; from++)
        {
            var reached = UInt128.Zero;
            foreach (var middle in After(from))
                reached |= next._rows[middle];
            result[from] = reached;
        }
        return new Relation(result);
    }

    /// <summary>Only the pairs that begin in a set.</summary>
    public Relation From(EventSet set)
    {
        var result = new UInt128[_rows.Length];
        foreach (var from in set)
            result[from] = _rows[from];
        return new Relation(result);
    }

    /// <summary>Only the pairs that end in a set.</summary>
    public Relation To(EventSet set) => new([.. _rows.Select(row => row & set.Bits)]);

    public Relation Inverse()
    {
        var result = new Relation(_rows.Length);
        for (var from = 0; from < _rows.Length; from++)
        {
            foreach (var to in After(from))
                result.Add(to, from);
        }
        return result;
    }

    public Relation Closure()
    {
        var result = (UInt128[])_rows.Clone();
        for (var middle = 0; middle < result.Length; middle++)
        {
            for (var from = 0; from < result.Length; from++)
            {
                if ((result[from] >> middle & UInt128.One) != UInt128.Zero)
                    result[from] |= result[middle];
            }
        }
        return new Relation(result);
    }

    private Relation Rows(Relation other, Func<UInt128, UInt128, UInt128> combine)
    {
        var result = new UInt128[_rows.Length];
        for (var from = 0; from < _rows.Length; from++)
            result[from] = combine(_rows[from], other._rows[from]);
        return new Relation(result);
    }
}
