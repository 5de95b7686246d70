using System.Collections.Immutable;
using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.TlbEntries;

namespace Orleans.Mmu.Speculation.Recording;

/// <summary>The kinds of events of a recorded run.</summary>
public enum RunEventKind
{
    /// <summary>A CPU performed a step of its program.</summary>
    Step,

    /// <summary>The page table published tables that are split up to an address.</summary>
    Published,

    /// <summary>A CPU had a window to speculate in.</summary>
    Window,

    /// <summary>A broadcast TLBI completed on a CPU.</summary>
    Invalidation,

    /// <summary>
    /// The activation that performed CPU 0's program was lost, and another performs its steps again from the first
    /// split.
    /// </summary>
    TakenUp,
}

/// <summary>One event of a run on grains.</summary>
/// <param name="Text">The step's text; for tables the split's.</param>
/// <param name="Reached">For tables: the range is split up to this address.</param>
/// <param name="Tlb">The entries of the CPU's TLB after the event; empty for tables.</param>
public sealed record RunEvent(
    int Cpu, RunEventKind Kind, string Text, VirtualAddress Reached, ImmutableArray<TlbEntry> Tlb);
