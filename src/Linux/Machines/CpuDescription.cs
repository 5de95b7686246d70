using Orleans.Mmu.Arm.BreakBeforeMake;
using Orleans.Mmu.Arm.Tlbs;
using Orleans.Mmu.Linux.Cpus;
using Orleans.Mmu.Linux.Kernels;

namespace Orleans.Mmu.Linux.Machines;

/// <summary>One CPU of a machine.</summary>
/// <param name="Midr">MIDR_EL1.</param>
/// <param name="Core">The known properties of the core; a machine file may name another core.</param>
/// <param name="BbmOverride">The BBM level in the machine file; null to derive it from the core.</param>
/// <param name="TlbOverride">The TLB in the machine file; null to derive it from the core.</param>
/// <param name="Late">True for a CPU that is brought online after the capabilities are final.</param>
/// <param name="E0pdOverride">Whether the machine file gives the CPU FEAT_E0PD; null to derive it.</param>
/// <param name="Csv3Override">Whether the machine file gives the CPU FEAT_CSV3; null to derive it.</param>
public sealed record CpuDescription(Midr Midr, Core Core, BbmLevel? BbmOverride = null, TlbGeometry? TlbOverride = null,
    bool Late = false, bool? E0pdOverride = null, bool? Csv3Override = null)
{
    /// <summary>
    /// How the hardware handles overlapping entries. Without an override it is level 2 without aborts if the newest
    /// allow-list has the core, else the level of the core's ID register if that is known, else level 0, which promises
    /// least.
    /// </summary>
    public BbmLevel Bbm =>
        BbmOverride ?? (AllowList.Linux73.Contains(Midr) ? BbmLevel.Level2NoAbort : Core.Bbm ?? BbmLevel.Level0);

    /// <summary>True if no source states the level and the file does not give it.</summary>
    public bool BbmIsAssumed => BbmOverride is null && Core.Bbm is null && !AllowList.Linux73.Contains(Midr);

    /// <summary>FEAT_E0PD; a core of which it is not known counts as without.</summary>
    public bool HasE0pd => E0pdOverride ?? CoreSecurity.Of(Core.Midr).E0pd ?? false;

    /// <summary>FEAT_CSV3; a core of which it is not known counts as without.</summary>
    public bool HasCsv3 => Csv3Override ?? CoreSecurity.Of(Core.Midr).Csv3 ?? false;

    /// <summary>The keys of a machine file that would say what no source states: "e0pd", "csv3".</summary>
    public IEnumerable<string> AssumedSecurity =>
    [
        .. E0pdOverride is null && CoreSecurity.Of(Core.Midr).E0pd is null ? (string[])["e0pd"] : [],
        .. Csv3Override is null && CoreSecurity.Of(Core.Midr).Csv3 is null && !CoreSecurity.IsListedSafe(Midr)
            ? (string[])["csv3"] : [],
    ];

    public TlbGeometry Tlb => TlbOverride ?? Core.Tlb ?? TlbGeometry.Default;

    /// <summary>
    /// The kernel's check on this CPU (cpu_supports_bbml2_noabort): the allow-list; since 7.3, the ID register first.
    /// </summary>
    public bool KernelTrusts(KernelRules rules) =>
        rules.AllowList.Contains(Midr) || (rules.TrustsIdRegister && BbmOverride == BbmLevel.Level2NoAbort);
}
