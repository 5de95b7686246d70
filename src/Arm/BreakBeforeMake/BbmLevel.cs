namespace Orleans.Mmu.Arm.BreakBeforeMake;

/// <summary>How a CPU lets a live translation change size (ID_AA64MMFR2_EL1.BBM).</summary>
public enum BbmLevel
{
    /// <summary>Every change of size requires break-before-make.</summary>
    Level0 = 0,

    /// <summary>A block that carries nT may change size while it is live.</summary>
    Level1 = 1,

    /// <summary>A live translation may change size, but a TLB conflict abort may follow (I_HYQMB).</summary>
    Level2 = 2,

    /// <summary>
    /// A live translation may change size and no conflict abort follows: FEAT_BBML3, which Linux calls BBML2_NOABORT
    /// and took from a list of MIDRs before the feature had a name.
    /// </summary>
    Level2NoAbort = 3,
}
