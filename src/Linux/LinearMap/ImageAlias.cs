using Orleans.Mmu.Linux.Kernels;
using Orleans.Mmu.Linux.Machines;

namespace Orleans.Mmu.Linux.LinearMap;

/// <summary>A part of the kernel image's linear alias, and what it becomes at the end of boot.</summary>
/// <param name="Range">Physical memory.</param>
/// <param name="Content">What the part contains.</param>
/// <param name="Becomes">Read-only or invalid.</param>
/// <param name="By">The kernel function that changes it.</param>
public readonly record struct ImageAlias(MemoryRange Range, string Content, AliasPermission Becomes, string By);
