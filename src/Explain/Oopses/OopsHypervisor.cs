using System.Globalization;
using Orleans.Mmu.Explain.Syndromes;

namespace Orleans.Mmu.Explain.Oopses;

/// <summary>What KVM prints when its code at EL2 panics (nvhe_hyp_panic_handler).</summary>
/// <param name="Far">FAR_EL2; null where the report lacks it.</param>
/// <param name="Hpfar">HPFAR_EL2; null where the report lacks it.</param>
public sealed record OopsHypervisor(ulong? Far = null, ulong? Hpfar = null)
{
    // HPFAR_EL2.FIPA: IPA[47:12] in bits 39:4 and more of it above (DDI0487).
    private const ulong Fipa = 0xfff_ffff_fff0;

    /// <summary>Which tables the fault is about.</summary>
    internal static string Of(OopsHypervisor panic, ExceptionSyndrome? esr) => esr switch
    {
        { IsAbort: true, IsFromLower: true } => "EL2 took it from the host or a guest, so stage 2 (VTTBR_EL2) is "
            + $"concerned{Ipa(panic)}: a dump of the kernel's tables says nothing about it.",
        { IsAbort: true } => "KVM's own code at EL2 took it. Without VHE that code has tables of its own (TTBR0_EL2), "
            + $"stage 1 of EL2{Address(panic)}: a dump of the tables of TTBR1_EL1 says nothing about it. HPFAR_EL2 "
            + "counts only in faults of stage 2.",
        _ => "KVM's code at EL2 stopped; the tables of TTBR1_EL1 are not concerned.",
    };

    private static string Ipa(OopsHypervisor panic) => panic.Hpfar is { } hpfar
        ? string.Create(CultureInfo.InvariantCulture, $"; HPFAR_EL2 gives the page at IPA 0x{(hpfar & Fipa) << 8:x}")
        : "";

    private static string Address(OopsHypervisor panic) => panic.Far is { } far
        ? string.Create(CultureInfo.InvariantCulture, $", where FAR_EL2 gives 0x{far:x}") : "";
}
