using System.Collections.Immutable;
using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.TlbEntries;

namespace Orleans.Mmu.Speculation.Recording;

/// <summary>What a recorded run did at one moment.</summary>
public enum RunEventKind
{
    /// <summary>A CPU performed a step of its program.</summary>
    Step,

    /// <summary>Tables were published in which a split has come as far as an address.</summary>
    Published,

    /// <summary>A CPU had a window to speculate in.</summary>
    Window,

    /// <summary>A broadcast TLBI was finished on a CPU.</summary>
    Invalidation,

    /// <summary>Whoever performed CPU 0's program was lost, and another performs its steps again from the first split.</summary>
    TakenUp,
}

/// <summary>One event of a run on grains.</summary>
/// <param name="Text">The step's text; for tables the split's.</param>
/// <param name="Reached">For tables: everything of the range before this address is split.</param>
/// <param name="Tlb">What the CPU's TLB held after it; empty for tables.</param>
public sealed record RunEvent(int Cpu, RunEventKind Kind, string Text, VirtualAddress Reached, ImmutableArray<TlbEntry> Tlb);
