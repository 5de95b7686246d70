using System.Collections.Immutable;

namespace Orleans.Mmu.Arm.Invalidation;

/// <summary>
/// The erratum by which a TLBI and its DSB may complete before other CPUs have performed their accesses through the
/// entry that it removes (Arm's erratum 4118414, CVE-2025-10263). Linux repeats the TLBI and the DSB on CPUs that have
/// it (ARM64_WORKAROUND_REPEAT_TLBI).
/// </summary>
public static class RepeatedTlbi
{
    /// <summary>The erratum's name for users.</summary>
    public const string Name = "repeat-tlbi";

    /// <summary>The cores that have it, by the vendor's name.</summary>
    public static ImmutableArray<string> Cores { get; } =
        ["Neoverse-V3", "Neoverse-V3AE", "Cortex-X4", "C1-Ultra", "C1-Premium", "NVIDIA Olympus"];
}
