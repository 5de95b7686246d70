namespace Orleans.Mmu.Arm.BreakBeforeMake;

/// <summary>How two overlapping TLB entries differ.</summary>
[Flags]
public enum OverlapDifference
{
    None = 0,

    /// <summary>The level: block and page, or block and table.</summary>
    Size = 1,

    /// <summary>The Contiguous bit.</summary>
    Contiguous = 2,

    /// <summary>The physical address of a common virtual one.</summary>
    OutputAddress = 4,

    /// <summary>Memory type, cacheability or shareability.</summary>
    MemoryType = 8,

    /// <summary>One is global, the other is not.</summary>
    Global = 16,

    /// <summary>Permissions and software bits only.</summary>
    Permission = 32,
}

/// <summary>What an access through overlapping entries may do.</summary>
[Flags]
public enum OverlapBehaviours
{
    /// <summary>It uses one of the programmed entries.</summary>
    OneEntry = 1,

    /// <summary>It takes a TLB conflict abort.</summary>
    ConflictAbort = 2,

    /// <summary>It uses a mixture that no entry holds.</summary>
    Amalgamation = 4,
}

/// <summary>What the architecture says of two overlapping entries on one CPU.</summary>
/// <param name="Difference">How they differ.</param>
/// <param name="Outcomes">What an access may do.</param>
/// <param name="Rule">Arm's label of the deciding rule.</param>
public readonly record struct OverlapVerdict(OverlapDifference Difference, OverlapBehaviours Outcomes, string Rule)
{
    /// <summary>True if an access may do anything other than use one of the programmed entries.</summary>
    public bool IsHazard => Outcomes != OverlapBehaviours.OneEntry;

    /// <summary>
    /// True if the change needs break-before-make: without it, an access may use a mixture that no entry holds.
    /// </summary>
    public bool NeedsBreak => (Outcomes & OverlapBehaviours.Amalgamation) != 0;

    /// <summary>True if an access may take a TLB conflict abort.</summary>
    public bool MayAbort => (Outcomes & OverlapBehaviours.ConflictAbort) != 0;
}
