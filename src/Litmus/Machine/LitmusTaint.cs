namespace Orleans.Mmu.Litmus.Machine;

/// <summary>
/// What the loads on which a value depends (by address or data, not by the choice of a CSEL) are ordered after.
/// </summary>
/// <param name="Loads">The versions of table words at those loads.</param>
/// <param name="Flushed">
/// Versions before these were removed from the CPU's TLB by TLBIs that had completed at those loads.
/// </param>
internal readonly record struct LitmusTaint(WordVersions Loads, WordVersions Flushed)
{
    /// <summary>A value that depends on no load.</summary>
    public static LitmusTaint None => default;

    /// <summary>The taint of a value that depends on both.</summary>
    public LitmusTaint Max(LitmusTaint other) => new(Loads.Max(other.Loads), Flushed.Max(other.Flushed));

    public void Write(StateWriter writer)
    {
        writer.Put(Loads);
        writer.Put(Flushed);
    }
}
