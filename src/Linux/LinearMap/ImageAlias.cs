using Orleans.Mmu.Linux.Kernels;
using Orleans.Mmu.Linux.Machines;

namespace Orleans.Mmu.Linux.LinearMap;

/// <summary>A part of the kernel image's linear alias, and what boot ends by making of it.</summary>
/// <param name="Range">Physical memory.</param>
/// <param name="Content">What the kernel keeps there.</param>
/// <param name="Becomes">Read-only or invalid.</param>
/// <param name="By">The kernel function that does it.</param>
public readonly record struct ImageAlias(MemoryRange Range, string Content, AliasPermission Becomes, string By);
