namespace Orleans.Mmu.Checking.Transitions;

/// <summary>
/// What no other CPU may use any longer once the pending broadcast TLBIs of a CPU are complete. A TLBI removes what was
/// overwritten before its floor, which is the issuer's last DSB before it: a DSB ST or an interrupt between the TLBI
/// and the DSB that completes it moves the floor of later TLBIs alone.
/// </summary>
internal record struct PendingRemoval
{
    /// <summary>
    /// The entries that the TLBIs remove: a CPU that has itself invalidated one, and has not reached its ISB, may not
    /// use it any longer.
    /// </summary>
    public uint Entries;

    /// <summary>The words of which the TLBIs end early walks; bits as <see cref="EarlyFaults.BitOf"/>.</summary>
    public uint Words;

    /// <summary>A TLBI becomes pending.</summary>
    /// <param name="named">The entries that it names.</param>
    /// <param name="sinceFloor">The entries that memory has held at any time since its floor.</param>
    /// <param name="namedWords">The words that it names.</param>
    /// <param name="invalidSinceFloor">The words that were invalid in memory at any time since its floor.</param>
    public void Add(uint named, uint sinceFloor, uint namedWords, uint invalidSinceFloor)
    {
        Entries |= named & ~sinceFloor;
        Words |= namedWords & ~invalidSinceFloor;
    }

    /// <summary>
    /// Walks may read memory. What they read is younger than the floor of each pending TLBI, and so it stays.
    /// </summary>
    /// <param name="present">The entries that memory holds.</param>
    /// <param name="invalid">The words that are invalid in memory.</param>
    public void Spare(uint present, uint invalid)
    {
        Entries &= ~present;
        Words &= ~invalid;
    }
}
