using System.Collections.Immutable;

namespace Orleans.Mmu.Arm.Processors;

/// <summary>The physical address sizes of TCR_EL1.IPS, VTCR_EL2.PS and ID_AA64MMFR0_EL1.PARange.</summary>
public static class PhysicalSizes
{
    /// <summary>The encoding of 52 bits, with which a TTBR holds bits 51:48 of its table's address, too.</summary>
    public const int Bits52 = 6;

    /// <summary>Bits of a physical address, by the encoding.</summary>
    public static ImmutableArray<int> All { get; } = [32, 36, 40, 42, 44, 48, 52];
}
