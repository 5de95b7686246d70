namespace Orleans.Mmu.Arm.BreakBeforeMake;

/// <summary>How a CPU lets a live translation change size (ID_AA64MMFR2_EL1.BBM).</summary>
public enum BbmLevel
{
    /// <summary>Break-before-make always.</summary>
    Level0 = 0,

    /// <summary>Through blocks that carry nT.</summary>
    Level1 = 1,

    /// <summary>Directly, but a TLB conflict abort may follow (I_HYQMB).</summary>
    Level2 = 2,

    /// <summary>
    /// Directly, and never an abort: FEAT_BBML3, which Linux first knew as BBML2_NOABORT from a list of MIDRs.
    /// </summary>
    Level2NoAbort = 3,
}
