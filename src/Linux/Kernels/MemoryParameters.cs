namespace Orleans.Mmu.Linux.Kernels;

/// <summary>Parameters with which an arm64 kernel shapes or uses memory at boot and which the model leaves out.</summary>
internal static class MemoryParameters
{
    /// <summary>What the parameter does, as the end of a sentence about the kernel; null for any other.</summary>
    /// <param name="key">The name, with '_' for '-'.</param>
    public static string? Effect(string key) => key switch
    {
        "memmap" => "describes memory by it where the architecture has it",
        "crashkernel" => "reserves memory for a crash kernel",
        "cma" or "hugetlb_cma" or "cma_pernuma" or "numa_cma" => "reserves contiguous memory",
        "hugepages" or "hugepagesz" or "default_hugepagesz" => "takes huge pages from memory",
        "movablecore" or "kernelcore" or "movable_node" => "divides memory into zones by it",
        "memtest" => "reserves memory that fails the test",
        "reserve_mem" => "reserves memory by it",
        "initrdmem" or "initrd" => "maps and reserves the initial RAM disk",
        "kasan" or "kasan.mode" => "tags or poisons memory by it",
        _ => null,
    };
}
