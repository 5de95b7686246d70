using Orleans.Mmu.Arm.Addresses;

namespace Orleans.Mmu.Import.Resources;

/// <summary>What the head of /proc/kcore says of the linear map.</summary>
/// <param name="File">The file's name.</param>
/// <param name="VaBits">Bits of kernel virtual addresses that are in use.</param>
/// <param name="PhysicalOffset">The PA at PAGE_OFFSET; modulo 2^64.</param>
internal sealed record KernelCore(string File, int VaBits, PhysicalAddress PhysicalOffset);
