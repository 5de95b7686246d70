using Orleans.Mmu.Arm.Descriptors;

namespace Orleans.Mmu.Linux.LinearMap;

/// <summary>Linux's indices into MAIR_EL1 (asm/memory.h) and what it sets them to.</summary>
public static class KernelMemoryTypes
{
    /// <summary>MT_NORMAL.</summary>
    public const int Normal = 0;

    /// <summary>MT_NORMAL_TAGGED.</summary>
    public const int NormalTagged = 1;

    private static readonly string[] Names =
        ["MT_NORMAL", "MT_NORMAL_TAGGED", "MT_NORMAL_NC", "MT_DEVICE_nGnRnE", "MT_DEVICE_nGnRE"];

    /// <summary>MAIR_EL1 of 6.12 to 7.3 on a CPU with memory tags (MAIR_EL1_SET in arch/arm64/mm/proc.S).</summary>
    public static MemoryTypes Mair { get; } = new(0x0000_0004_0044_f0ff);

    /// <summary>"MT_NORMAL_NC in Linux: Normal non-cacheable"; null for an index that Linux does not use.</summary>
    public static string? Describe(int index) =>
        index < Names.Length ? $"{Names[index]} in Linux: {Mair.Name(index)}" : null;
}
