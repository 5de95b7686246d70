namespace Orleans.Mmu.Arm.Geometry;

/// <summary>Where a descriptor holds the bits of its output address (OA).</summary>
public enum OutputAddressFormat
{
    /// <summary>OA[47:n] in bits [47:n]; bits [9:8] are the shareability.</summary>
    Oa48,

    /// <summary>FEAT_LPA, 64K only: OA[51:48] in bits [15:12].</summary>
    Lpa,

    /// <summary>
    /// FEAT_LPA2, 4K and 16K: OA[49:n] in bits [49:n], OA[51:50] in bits [9:8]; the shareability comes from TCR_EL1.
    /// </summary>
    Lpa2,
}
