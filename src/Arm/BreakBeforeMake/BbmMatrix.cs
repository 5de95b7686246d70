namespace Orleans.Mmu.Arm.BreakBeforeMake;

/// <summary>
/// The matrix of break-before-make: what a CPU of each BBM level may do while it can hold two translations of one
/// address that differ in a given way. It answers two questions: what two TLB entries may do together, and whether a
/// descriptor may be written over a live one, because a TLB can then hold the old and the new translation.
/// </summary>
public static class BbmMatrix
{
    private const OverlapBehaviours OneOrAbort = OverlapBehaviours.OneEntry | OverlapBehaviours.ConflictAbort;
    private const OverlapBehaviours Anything = OneOrAbort | OverlapBehaviours.Amalgamation;

    /// <summary>What an access may do on a CPU of this level.</summary>
    /// <param name="ntBlock">
    /// Whether one of the two is a block that carries nT, which level 1 requires for a change of size.
    /// </param>
    public static OverlapVerdict Judge(BbmLevel level, OverlapDifference difference, bool ntBlock)
    {
        if ((difference & ~OverlapDifference.Permission) == 0)
            return new(difference, OverlapBehaviours.OneEntry, "R_FFWJK");
        // The levels relax the rules for a change of size or Contiguous bit alone (R_PVTFW).
        if ((difference & ~(OverlapDifference.Size | OverlapDifference.Contiguous | OverlapDifference.Permission)) != 0)
            return new(difference, Anything, "R_FVQCK");
        bool size = (difference & OverlapDifference.Size) != 0;
        return level switch
        {
            BbmLevel.Level2NoAbort => new(difference, OverlapBehaviours.OneEntry, size ? "FEAT_BBML3" : "R_KHRBC"),
            BbmLevel.Level2 => new(difference, OneOrAbort, size ? "I_HYQMB" : "R_FCPSG"),
            BbmLevel.Level1 when !size => new(difference, OneOrAbort, "R_FCPSG"),
            BbmLevel.Level1 when ntBlock => new(difference, OverlapBehaviours.OneEntry, "R_HHCXC"),
            _ when !size => new(difference, Anything, "R_NGLXZ"),
            _ => new(difference, Anything, "R_FVQCK"),
        };
    }
}
