using System.Collections.Immutable;
using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Linux.Kernels;
using Orleans.Mmu.Linux.MachineFiles;

namespace Orleans.Mmu.Linux.Machines;

/// <summary>
/// A machine and the kernel that boots on it. Only <see cref="MachineFile"/> creates one, so it is always consistent.
/// </summary>
public sealed record MachineDescription
{
    /// <summary>The most CPUs that a machine may have.</summary>
    public const int MaxCpus = 16_384;

    /// <summary>The most memory of a machine in bytes: 64 TiB.</summary>
    public const ulong MaxMemory = 64UL << 40;

    /// <summary>The most memory ranges of a machine.</summary>
    public const int MaxRanges = 4096;

    internal MachineDescription()
    {
    }

    public required string Name { get; init; }

    public required KernelRules Rules { get; init; }

    public required TranslationGeometry Geometry { get; init; }

    public required CommandLine CommandLine { get; init; }

    public required KernelConfig Config { get; init; }

    public required KernelImage Image { get; init; }

    /// <summary>The PA at PAGE_OFFSET; null to derive it from memory.</summary>
    public PhysicalAddress? PhysicalOffset { get; init; }

    /// <summary>The PA of the early KFENCE pool; null for the end of memory.</summary>
    public PhysicalAddress? KfencePool { get; init; }

    /// <summary>Whether KASLR gets a seed, from the boot loader or from RNDR.</summary>
    public bool Kaslr { get; init; }

    /// <summary>The realm that the kernel runs in; null on a machine of its own.</summary>
    public KernelRealm? Realm { get; init; }

    /// <summary>memblock.memory.</summary>
    public required ImmutableArray<MemoryRange> Memory { get; init; }

    /// <summary>The ranges that the linear map omits.</summary>
    public required ImmutableArray<MemoryRange> NoMap { get; init; }

    /// <summary>The machine's CPUs; the first is the boot CPU.</summary>
    public required ImmutableArray<CpuDescription> Cpus { get; init; }

    /// <summary>
    /// What the file says and the kernel, or the model, does not do as it says: one line each with file, line and key.
    /// </summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>KFENCE_POOL_SIZE in bytes.</summary>
    public ulong KfencePoolSize => Config.KfencePoolSize(Geometry.Granule.PageSize);

    /// <summary>The size of memory in bytes, NOMAP ranges included.</summary>
    public ulong MemoryBytes => MemoryRange.Merge(Memory).Aggregate(0UL, (sum, r) => sum + r.Length);
}
