using System.Collections.Immutable;
using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Descriptors;
using Orleans.Mmu.Verdicts.Properties;

namespace Orleans.Mmu.Verdicts.Counterexamples;

/// <summary>The kinds of events in a counterexample.</summary>
public enum EventKind
{
    /// <summary>A CPU performs the next step of its program.</summary>
    Step,

    /// <summary>A store of CPU 0 leaves its store buffer and becomes visible to walkers.</summary>
    Store,

    /// <summary>A CPU takes an interrupt, or returns from it.</summary>
    Interrupt,

    /// <summary>A speculative walk fills a TLB.</summary>
    Walk,

    /// <summary>A CPU uses an entry that another CPU has cached, since both roots carry CnP.</summary>
    Share,

    /// <summary>The state violates a property.</summary>
    Violation,
}

/// <summary>One event.</summary>
/// <param name="Action">The event in a kernel engineer's words.</param>
/// <param name="Rule">Arm's label or the Linux function that allows it.</param>
/// <param name="Phase">The protocol's phase, for steps; otherwise empty.</param>
/// <param name="Lanes">The state of every CPU after it.</param>
public sealed record CounterexampleEvent(
    int Cpu, EventKind Kind, string Action, string Rule, string Phase, ImmutableArray<CpuLane> Lanes)
{
    /// <summary>The text of the step.</summary>
    public string? Step { get; init; }

    /// <summary>
    /// The step's code, which stays when its text is reworded; null for other kinds of events and for instructions of
    /// a litmus test, which have no code.
    /// </summary>
    public string? StepCode { get; init; }

    /// <summary>
    /// The descriptor store that leaves the store buffer; null for the flag and for other kinds of events.
    /// </summary>
    public StoredDescriptor? Store { get; init; }

    /// <summary>The descriptor that a store writes.</summary>
    public Descriptor? Value { get; init; }

    /// <summary>The address of a walk or an access.</summary>
    public VirtualAddress? Address { get; init; }

    /// <summary>Whether the walk begins at a cached table entry.</summary>
    public bool FromCache { get; init; }

    /// <summary>
    /// The words of the tables after the event, each word below the one that leads to it; empty for a litmus test.
    /// </summary>
    public ImmutableArray<HeldWord> Tables { get; init; } = [];
}

/// <summary>A descriptor that a store writes.</summary>
/// <param name="Word">The name of the watched word: "pmd(below text)".</param>
/// <param name="Content">The name of its new content: "Table".</param>
/// <param name="Location">The word's physical address.</param>
public sealed record StoredDescriptor(string Word, string Content, PhysicalAddress Location);

/// <summary>The state of a CPU at one moment.</summary>
/// <param name="Next">The step that it performs next; empty at its program's end.</param>
/// <param name="Runs">"kernel", "idmap".</param>
/// <param name="Ttbr1">The roots that may be in effect.</param>
/// <param name="Tlb">Every entry that its TLB may hold.</param>
/// <param name="Pending">TLBIs that are issued and not complete, and stores not yet performed.</param>
public sealed record CpuLane(
    int Cpu, string Next, string Runs, string Ttbr1, ImmutableArray<string> Tlb, ImmutableArray<string> Pending);

/// <summary>A path to a violation, with its explanation.</summary>
/// <param name="Cpu">The CPU that violates the property; null if it concerns the machine.</param>
/// <param name="Explanation">The two entries, the walk behind each, and the architecture's rule, one line each.</param>
public sealed record Counterexample(
    Property Property, int? Cpu, string Message, ImmutableArray<string> Explanation,
    ImmutableArray<CounterexampleEvent> Events)
{
    /// <summary>Number of the protocol's events: steps, stores and interrupts, without speculation.</summary>
    public int Length => Events.Count(e => e.Kind is EventKind.Step or EventKind.Store or EventKind.Interrupt);

    /// <summary>
    /// The TLB entries that the violation is about: two for a conflict, one for a stale entry; none where it is about
    /// no entry, and for a litmus test.
    /// </summary>
    public ImmutableArray<WalkedEntry> Entries { get; init; } = [];

    /// <summary>
    /// The index of the store that made the violation possible: the last one that wrote a descriptor which the walk of
    /// one of <see cref="Entries"/> read; without such a store, the last store of a descriptor. Null if there is none.
    /// </summary>
    public int? DecisiveStore
    {
        get
        {
            var read = Entries.SelectMany(e => e.Walk).Select(d => d.Value).ToHashSet();
            int? last = null, lastRead = null;
            for (int i = 0; i < Events.Length; i++)
            {
                if (Events[i] is { Kind: EventKind.Store, Store: not null } store)
                    (last, lastRead) = (i, store.Value is { } value && read.Contains(value) ? i : lastRead);
            }

            return lastRead ?? last;
        }
    }

    /// <summary>
    /// The index of the step that performs <see cref="DecisiveStore"/>, after which it waits in the store buffer; null
    /// where there is no such store, or no step before it has it pending.
    /// </summary>
    public int? DecisiveStep
    {
        get
        {
            if (DecisiveStore is not { } visible)
                return null;
            for (int i = visible - 1; i >= 0 && IsPending(i); i--)
            {
                if (i == 0 || !IsPending(i - 1))
                    return i;
            }

            return null;

            bool IsPending(int index) => Events[index].Lanes.Any(l => l.Cpu == Events[visible].Cpu
                && l.Pending.Any(p => IsSaid(p, Events[visible].Action)));

            // "store pmd(below text) = table" of "walkers may see pmd(below text) = table, 0x18000000409fe403".
            static bool IsSaid(string pending, string action) => pending.StartsWith("store ", StringComparison.Ordinal)
                && $"{action}, ".Contains($" may see {pending["store ".Length..]}, ", StringComparison.Ordinal);
        }
    }
}
