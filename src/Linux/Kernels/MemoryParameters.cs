namespace Orleans.Mmu.Linux.Kernels;

/// <summary>
/// Parameters that shape memory, addresses or the list of CPUs (which decides the mode of the map) and that the model
/// leaves out.
/// </summary>
internal static class MemoryParameters
{
    /// <summary>What the parameter does, in words that follow its name; null for any other.</summary>
    /// <param name="key">The name, with '_' for '-'.</param>
    public static string? Effect(string key) => key switch
    {
        "memmap" => "describes memory to other architectures, and arm64 does not read it",
        "crashkernel" => "reserves memory for a crash kernel",
        "cma" or "hugetlb_cma" or "cma_pernuma" or "numa_cma" => "reserves contiguous memory",
        "hugepages" or "hugepagesz" or "default_hugepagesz" => "takes huge pages from memory",
        "movablecore" or "kernelcore" or "movable_node" => "divides memory into zones",
        "numa" => "divides memory into nodes",
        "swiotlb" => "reserves bounce buffers",
        "memtest" => "reserves memory that fails the test",
        "reserve_mem" => "reserves memory",
        "initrdmem" or "initrd" => "maps and reserves the initial RAM disk",
        "kasan" or "kasan.mode" => "tags or poisons memory",
        "arm64.nolva" or "id_aa64mmfr2.varange" => "may limit addresses to 48 bits (vaBits says how many count)",
        "maxcpus" or "nr_cpus" or "nosmp" => "limits the CPUs that boot (cpus lists those that do)",
        _ => null,
    };
}
