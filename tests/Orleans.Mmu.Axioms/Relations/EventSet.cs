using System.Collections;

namespace Orleans.Mmu.Axioms.Relations;

/// <summary>A set of the events of an execution: at most 128, by index.</summary>
internal readonly record struct EventSet(UInt128 Bits) : IEnumerable<int>
{
    public const int Limit = 128;

    public static EventSet Of(int index) => new(UInt128.One << index);

    public static EventSet operator |(EventSet left, EventSet right) => new(left.Bits | right.Bits);

    public static EventSet operator &(EventSet left, EventSet right) => new(left.Bits & right.Bits);

    public static EventSet operator -(EventSet left, EventSet right) => new(left.Bits & ~right.Bits);

    public bool Has(int index) => (Bits >> index & UInt128.One) != UInt128.Zero;

    public bool IsEmpty => Bits == UInt128.Zero;

    public IEnumerator<int> GetEnumerator()
    {
        for (var rest = Bits; rest != UInt128.Zero; rest &= rest - UInt128.One)
            yield return (int)UInt128.TrailingZeroCount(rest);
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
