using System.Collections.Immutable;
using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Descriptors;
using Orleans.Mmu.Verdicts.Properties;

namespace Orleans.Mmu.Verdicts.Counterexamples;

/// <summary>What kind of thing happens in a counterexample.</summary>
public enum EventKind
{
    /// <summary>A CPU performs the next step of its program.</summary>
    Step,

    /// <summary>A store of CPU 0 leaves its buffer: walkers see it.</summary>
    Store,

    /// <summary>A walk that nobody asked for fills a TLB.</summary>
    Walk,

    /// <summary>A CPU uses what another one has cached, since both roots carry CnP.</summary>
    Share,

    /// <summary>The state is one that must not be.</summary>
    Violation,
}

/// <summary>One event.</summary>
/// <param name="Action">In words, as a kernel engineer would put them.</param>
/// <param name="Rule">Arm's label or Linux's function that lets it happen.</param>
/// <param name="Phase">The protocol's phase, for steps; otherwise empty.</param>
/// <param name="Lanes">What every CPU is after it.</param>
public sealed record CounterexampleEvent(int Cpu, EventKind Kind, string Action, string Rule, string Phase, ImmutableArray<CpuLane> Lanes)
{
    /// <summary>The text of the step.</summary>
    public string? Step { get; init; }

    /// <summary>The descriptor store that leaves the buffer; null for the flag and for other kinds of event.</summary>
    public StoredDescriptor? Store { get; init; }

    /// <summary>The descriptor that a store writes.</summary>
    public Descriptor? Value { get; init; }

    /// <summary>The address of a walk or an access.</summary>
    public VirtualAddress? Address { get; init; }

    /// <summary>The walk begins at a cached table entry.</summary>
    public bool FromCache { get; init; }
}

/// <summary>A descriptor that a store writes.</summary>
/// <param name="Word">The name of the word on the watched map: "pmd(below text)".</param>
/// <param name="Content">The name of what it then holds: "Table".</param>
/// <param name="Location">Where the word lies.</param>
public sealed record StoredDescriptor(string Word, string Content, PhysicalAddress Location);

/// <summary>A CPU at a moment.</summary>
/// <param name="Next">The step it performs next; empty at its program's end.</param>
/// <param name="Runs">"kernel", "idmap".</param>
/// <param name="Ttbr1">The roots that may be in effect.</param>
/// <param name="Tlb">Every entry that its TLB may hold.</param>
/// <param name="Pending">TLBIs that are issued and not complete, and stores not yet performed.</param>
public sealed record CpuLane(int Cpu, string Next, string Runs, string Ttbr1, ImmutableArray<string> Tlb, ImmutableArray<string> Pending);

/// <summary>A way to a violation, and why it is one.</summary>
/// <param name="Cpu">Where; null where it is the machine's.</param>
/// <param name="Explanation">The pair of entries, the walk behind each, what the architecture says: a line each.</param>
public sealed record Counterexample(
    Property Property, int? Cpu, string Message, ImmutableArray<string> Explanation, ImmutableArray<CounterexampleEvent> Events)
{
    /// <summary>Events of the protocol: steps and stores, without what CPUs speculate.</summary>
    public int Length => Events.Count(e => e.Kind is EventKind.Step or EventKind.Store);
}
