namespace Orleans.Mmu.Arm.Barriers;

/// <summary>Which DSB completes which TLBI.</summary>
public static class TlbiCompletion
{
    /// <summary>
    /// Whether a DSB completes an earlier TLBI of the same CPU on every CPU that the TLBI reaches (R_YNJCP). The DSB
    /// must wait for loads and stores: an LD or ST form completes no TLBI. NSH suffices for a TLBI that reaches only
    /// its issuer; a broadcast TLBI needs ISH or wider (R_PSMWS). All modelled CPUs are in one Inner Shareable domain,
    /// so ISH also completes OS forms. A DSB of another CPU completes nothing.
    /// </summary>
    /// <param name="broadcast">True for the IS and OS forms; false for the form that reaches only its issuer.</param>
    public static bool Completes(this DsbKind dsb, bool broadcast) => dsb switch
    {
        DsbKind.Ish or DsbKind.Osh or DsbKind.Sy => true,
        DsbKind.Nsh => !broadcast,
        _ => false,
    };
}
