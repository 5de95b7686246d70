namespace Orleans.Mmu.Arm.Barriers;

/// <summary>Whose observers a DSB waits for.</summary>
public static class DsbDomain
{
    /// <summary>
    /// Whether a DSB waits until the other CPUs, and their walks, can observe the earlier stores of its CPU. A DSB
    /// waits for the observers of its shareability domain (R_SPVBD), and the domain of the NSH forms is the CPU alone:
    /// its own walks and its own later accesses. All modelled CPUs are in one Inner Shareable domain.
    /// </summary>
    public static bool ReachesOtherCpus(this DsbKind dsb) =>
        dsb is not (DsbKind.Nsh or DsbKind.Nshld or DsbKind.Nshst);
}
