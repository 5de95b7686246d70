using System.Collections.Immutable;
using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Descriptors;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Explain.Syndromes;

namespace Orleans.Mmu.Explain.Oopses;

/// <summary>What an arm64 kernel prints of an access that it cannot handle. Every part may be missing.</summary>
public sealed record Oops
{
    /// <summary>"paging request", "NULL pointer dereference", "TLB conflict abort".</summary>
    public string? What { get; init; }

    /// <summary>Whether the kernel had no room on its stack to handle an exception (panic_bad_stack()).</summary>
    public bool IsStackOverflow { get; init; }

    /// <summary>The address that was accessed.</summary>
    public VirtualAddress? Address { get; init; }

    public ExceptionSyndrome? Syndrome { get; init; }

    /// <summary>FAR_EL2 and HPFAR_EL2, where KVM's code at EL2 panicked; null in reports of the kernel.</summary>
    public OopsHypervisor? Hypervisor { get; init; }

    /// <summary>"swapper pgtable: 4k pages, 48-bit VAs".</summary>
    public OopsTables? Tables { get; init; }

    /// <summary>The entries that the kernel printed for the address, from the root downwards.</summary>
    public ImmutableArray<OopsEntry> Walk { get; init; } = [];

    /// <summary>The function that made the access: "memcpy+0x10/0x100".</summary>
    public string? Code { get; init; }

    /// <summary>The CPU, its task and the release: "CPU: 3 PID: 1 Comm: init Not tainted 6.18.15".</summary>
    public string? Where { get; init; }
}

/// <summary>The shape of the tables that an oops names.</summary>
/// <param name="ForUser">Whether they are those of a process; otherwise they are the kernel's.</param>
public sealed record OopsTables(bool ForUser, Granule Granule, int VaBits);

/// <summary>One entry of a printed walk.</summary>
/// <param name="Name">Linux's name of the level: pgd, p4d, pud, pmd or pte.</param>
public readonly record struct OopsEntry(string Name, Descriptor Descriptor);
