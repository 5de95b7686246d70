namespace Orleans.Mmu.Import.Cpus;

/// <summary>Fields of /proc/cpuinfo that only other architectures have.</summary>
internal static class ForeignFields
{
    /// <summary>The architecture that a line is of; null where arm64 may have it.</summary>
    public static string? ArchitectureOf(string key, string value) => key switch
    {
        "vendor_id" when value.StartsWith("IBM/S390", StringComparison.Ordinal) => "s390",
        "# processors" => "s390",
        "vendor_id" or "cpu family" or "flags" or "cpuid level" or "siblings" or "cpu MHz" => "x86",
        "hart" or "isa" or "mmu" => "RISC-V",
        "machine" or "clock" or "cpu" => "PowerPC",
        "system type" or "cpu model" => "MIPS",
        "CPU Family" => "LoongArch",
        // arm64 prints 8 whatever the CPU has beyond Armv8.
        "CPU architecture" when value.Length > 0 && value[0] is >= '3' and <= '7' => "32-bit Arm",
        "model name" when value.StartsWith("ARMv7", StringComparison.Ordinal)
            || value.StartsWith("ARMv6", StringComparison.Ordinal) => "32-bit Arm",
        _ => null,
    };
}
