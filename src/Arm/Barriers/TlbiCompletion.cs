namespace Orleans.Mmu.Arm.Barriers;

/// <summary>Which DSB completes which TLBI.</summary>
public static class TlbiCompletion
{
    /// <summary>
    /// Whether a DSB of the CPU that issued a TLBI, later in its program, completes that TLBI on every CPU it reaches
    /// (R_YNJCP). The DSB must wait for loads and stores: an LD or ST form completes nothing. NSH suffices for a TLBI
    /// that reaches its issuer alone, a broadcast one needs ISH or wider (R_PSMWS). All modelled CPUs lie in one Inner
    /// Shareable domain, so ISH also completes what an OS form does to them. A DSB of another CPU completes nothing.
    /// </summary>
    /// <param name="broadcast">
    /// The TLBI has the IS or OS form; false for the form that reaches its issuer alone.
    /// </param>
    public static bool Completes(this DsbKind dsb, bool broadcast) => dsb switch
    {
        DsbKind.Ish or DsbKind.Osh or DsbKind.Sy => true,
        DsbKind.Nsh => !broadcast,
        _ => false,
    };
}
