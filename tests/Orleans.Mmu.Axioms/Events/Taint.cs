namespace Orleans.Mmu.Axioms.Events;

/// <summary>
/// The reads that a value comes from: <c>Through</c> by data, and <c>Picked</c> also by having decided which value is
/// taken. The second contains the first.
/// </summary>
internal readonly record struct Taint(ulong Through, ulong Picked)
{
    public static Taint None => default;

    public static Taint Of(int read) => new(1UL << read, 1UL << read);

    public static Taint operator |(Taint left, Taint right) =>
        new(left.Through | right.Through, left.Picked | right.Picked);

    /// <summary>This value where the other one decided that it is taken.</summary>
    public Taint PickedBy(Taint other) => new(Through, Picked | other.Picked);
}
