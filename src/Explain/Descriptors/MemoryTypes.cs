namespace Orleans.Mmu.Explain.Descriptors;

/// <summary>Linux's indices into MAIR_EL1 (MT_NORMAL and so on in asm/memory.h).</summary>
public static class MemoryTypes
{
    /// <summary>The name and the type of an index; null for one that Linux does not use.</summary>
    public static string? LinuxName(int index) => index switch
    {
        0 => "MT_NORMAL in Linux: write-back",
        1 => "MT_NORMAL_TAGGED in Linux: write-back, with memory tags",
        2 => "MT_NORMAL_NC in Linux: non-cacheable",
        3 => "MT_DEVICE_nGnRnE in Linux: strongly ordered device",
        4 => "MT_DEVICE_nGnRE in Linux: device",
        _ => null,
    };
}
