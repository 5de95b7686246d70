namespace Orleans.Mmu.Axioms.Model;

/// <summary>
/// Which model: with FEAT_ETS2, walks that end in a fault wait for earlier accesses; in order, the explicit accesses
/// and the faults of a CPU keep their program order, which the published model does not ask for.
/// </summary>
internal readonly record struct ModelMode(bool Ets2, bool InOrder = false)
{
    public static ModelMode NoEts => new(false);

    public override string ToString() => (Ets2 ? "ets2" : "noEts") + (InOrder ? " in order" : "");
}
