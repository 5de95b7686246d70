namespace Orleans.Mmu.Traces.Witnesses;

/// <summary>From when to when walks of a CPU may have made an entry that it may hold.</summary>
internal sealed record HeldSpan
{
    /// <summary>The event behind which a walk may have made it, and no TLBI has removed it since.</summary>
    public ulong First { get; set; }

    /// <summary>The line of the event behind which it may have been made first.</summary>
    public long FirstLine { get; set; }

    /// <summary>The line of the last event before which a walk may have made it.</summary>
    public long LastLine { get; set; }

    /// <summary>That event.</summary>
    public ulong Last { get; set; }

    /// <summary>The number of TLBIs that were complete on the CPU when it was made first.</summary>
    public int Tlbis { get; set; }

    /// <summary>
    /// The last TLBI that has named it where a walk may have brought it back before the DSB behind the TLBI; null for
    /// none.
    /// </summary>
    public PerformedTlbi? BackFrom { get; set; }

    /// <summary>The number of TLBIs that were complete on the CPU before that DSB.</summary>
    public int TlbisBefore { get; set; }

    /// <summary>Walks have made it before that DSB, and none does behind it.</summary>
    public bool IsBeforeDsb => BackFrom is not null && LastLine <= FirstLine;

    /// <summary>Walks make it no more because of a DSB, and not because a register has changed.</summary>
    public bool EndsByDsb { get; set; }

    /// <summary>How a walk made it first.</summary>
    public WalkReading Reading { get; set; }

    /// <summary>What every walk saw that may have made it.</summary>
    public ReadOrder? Order { get; set; }

    /// <summary>MAIR by which it was made; null where it is not known.</summary>
    public ulong? Mair { get; set; }

    /// <summary>A bit for each member of a contiguous group that it still covers.</summary>
    public UInt128 Members { get; set; } = UInt128.MaxValue;

    /// <summary>A TLBI that names it, and that may have taken effect before it was made; null for none.</summary>
    public PerformedTlbi? Early { get; set; }
}

/// <summary>How a walk makes an entry at a moment.</summary>
/// <param name="Late">A store that the walk does not see; null for none.</param>
/// <param name="BeforeIsb">The walk follows the value that a register had before a write that no ISB follows.</param>
/// <param name="Through">The cached table entry at which the walk begins; null for the root.</param>
internal readonly record struct WalkReading(LateStore? Late, bool BeforeIsb, HeldEntry? Through)
{
    /// <summary>What the walk sees because of the descriptors that it has read.</summary>
    public ReadOrder? Order { get; init; }

    /// <summary>The walk reads the newest words by the newest registers.</summary>
    public bool IsNewest => Late is null && !BeforeIsb && Through is null;
}
