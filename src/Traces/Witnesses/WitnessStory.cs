using System.Collections.Immutable;
using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.BreakBeforeMake;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Traces.Lint;

namespace Orleans.Mmu.Traces.Witnesses;

/// <summary>The shortest story of a violation that a rehearsal has shown.</summary>
internal static partial class WitnessStory
{
    private const int MostStores = 4;

    /// <summary>Two entries contradict one another.</summary>
    public static LintWitness Of(Rehearsal rehearsal, in Contradiction found)
    {
        int cpu = rehearsal.Violation.Cpu;
        var (held, added) = (found.Held, found.Added);
        var steps = ImmutableArray.CreateBuilder<LintWitnessStep>();
        int tlbis = Begin(
            steps, rehearsal, held, $"CPU {cpu} {Verb(rehearsal)} {WalkedBy(held, found.Va)}", out bool isBefore);
        bool isOfTypes = (found.Verdict.Difference & OverlapDifference.MemoryType) != 0
            && held.TypeByte is not null && added.TypeByte is not null && held.TypeByte != added.TypeByte;
        var (before, after) = (rehearsal.SpanOf(held).Mair, rehearsal.SpanOf(added).Mair);
        if (isOfTypes && rehearsal.LastMair is { } written && (before, after) == (written.Before, written.After))
        {
            steps.Add(new(written.Event, written.Cpu, LintWitnessKind.Event,
                $"event {written.Event}: CPU {written.Cpu} writes 0x{after:x} to MAIR, which held 0x{before:x}", []));
        }

        steps.Add(Missing(rehearsal, held, added, tlbis, isBefore));
        ulong? end = rehearsal.Return is null ? rehearsal.Event : null;
        string behind = rehearsal.Return is { } returns ? $"when CPU {cpu} {returns}, it"
            : rehearsal.Event == rehearsal.Violation.Event ? $"behind it, CPU {cpu}"
            : $"behind event {rehearsal.Event}, CPU {cpu}";
        steps.Add(new(end, cpu, LintWitnessKind.Walk,
            $"{behind} {Verb(rehearsal)} {found.Va} again{From(rehearsal.ReadingOf(added))}, and its TLB holds two "
            + "entries for the address",
            [WitnessWords.Of(held, isOfTypes), WitnessWords.Of(added, isOfTypes)]));
        steps.Add(new(end, cpu, LintWitnessKind.End, WitnessWords.Of(found.Verdict), []));
        return new(cpu, steps.ToImmutable(), null);
    }

    /// <summary>A table entry leads to a page that is given back or overwritten.</summary>
    public static LintWitness OfEntry(Rehearsal rehearsal, in HeldEntry entry, ulong page)
    {
        var violation = rehearsal.Violation;
        int cpu = violation.Cpu;
        var steps = ImmutableArray.CreateBuilder<LintWitnessStep>();
        int tlbis = Begin(
            steps, rehearsal, entry, $"CPU {cpu} {Verb(rehearsal)} {rehearsal.First}", out bool isBefore);
        steps.Add(Missing(rehearsal, entry, null, tlbis, isBefore));
        ulong? end = rehearsal.Return is null ? rehearsal.Event : null;
        steps.Add(new(end, cpu, LintWitnessKind.End,
            (rehearsal.Return is { } returns ? $"when CPU {cpu} {returns}, " : LaterThan(rehearsal))
            + $"a walk of CPU {cpu} for {rehearsal.First} begins at the cached table entry and reads its next "
            + $"descriptor in the page at 0x{page:x}, whatever the page is used for by then",
            [WitnessWords.Of(entry, false)]));
        return new(cpu, steps.ToImmutable(), null);
    }

    /// <summary>A register may still lead to a root that is given back.</summary>
    public static LintWitness OfRoot(Rehearsal rehearsal, ulong root)
    {
        var violation = rehearsal.Violation;
        return new(violation.Cpu,
        [
            new(rehearsal.Event, violation.Cpu, LintWitnessKind.End,
                $"{LaterThan(rehearsal)}CPU {violation.Cpu} {Verb(rehearsal)} {rehearsal.First}: its walk may begin at "
                + $"the root at 0x{root:x}, since no ISB has followed a write that leads elsewhere", []),
        ], null);
    }

    // A CPU may come to walk only behind an event after the violation's.
    private static string LaterThan(Rehearsal rehearsal) =>
        rehearsal.Event == rehearsal.Violation.Event ? "" : $"behind event {rehearsal.Event}, ";

    private static string From(WalkReading? reading) => reading?.Through is not { } through ? ""
        : through.Entry.IsTable
            ? $" by a walk that begins at a cached table entry (0x{through.Entry.Descriptor.Bits:x})"
        : $" by a cached leaf of stage 2 (0x{through.Entry.Descriptor.Bits:x})";

    private static string Verb(Rehearsal rehearsal) =>
        rehearsal.Regime == CasemateRegime.Stage2 ? "translates IPA" : "loads";

    // A walk of another member may have brought a contiguous group; the output address says which.
    private static VirtualAddress WalkedBy(in HeldEntry held, VirtualAddress va)
    {
        var entry = held.Entry;
        return entry.IsTable || entry.Shift == held.Shift ? va
            : entry.Start + (entry.Descriptor.OutputAddress(held.Geometry, entry.Level).Value - entry.Output.Value);
    }

    // The walk that brings the older entry, and the stores since. Answers how many TLBIs had come before it, and
    // whether the walk comes before a DSB that completes one.
    private static int Begin(
        ImmutableArray<LintWitnessStep>.Builder steps, Rehearsal rehearsal, in HeldEntry held, string loads,
        out bool isBefore)
    {
        var stores = rehearsal.Stores;
        var span = rehearsal.SpanOf(held);
        int cpu = rehearsal.Violation.Cpu;
        ImmutableArray<string> holds = [WitnessWords.Of(held, false)];
        string from = From(span.Reading);
        int first = stores.Count - 1;
        while (first >= 0 && stores[first].Old != held.Entry.Descriptor.Bits)
            first--;
        // A walk that reads late words still comes behind the event that has led it there first.
        bool isLate = span.BackFrom is not null && (rehearsal.ReadingOf(held) ?? span.Reading).Late is not null;
        // A walk has made the entry behind the store, or none could any more when it came.
        bool isMade = rehearsal.ReadingOf(held) is not null;
        if (first >= 0
            && ((stores[first].Line <= span.FirstLine && !isLate) || (stores[first].Line > span.LastLine && !isMade)))
            first = -1;
        bool isEarly = !isMade && span.Early is not null;
        isBefore = first < 0 && !isMade && !isEarly && span.IsBeforeDsb;
        if (first < 0)
        {
            steps.Add(new(isEarly ? span.Last : span.First, cpu, LintWitnessKind.Walk,
                isEarly || isBefore ? $"before event {span.Last}, {loads}{from}, and its TLB holds"
                    : $"behind event {span.First}, {loads}{from}, and its TLB holds", holds));
            int since = stores.Count;
            while (since > 0 && stores[since - 1].Line > span.FirstLine)
                since--;
            Stores(steps, stores, since);
            return isBefore ? span.TlbisBefore : span.Tlbis;
        }

        steps.Add(new(stores[first].Event, cpu, LintWitnessKind.Walk,
            $"before walks see event {stores[first].Event}, {loads}{from}, and its TLB holds", holds));
        Stores(steps, stores, first);
        return stores[first].Tlbis;
    }

    private static void Stores(
        ImmutableArray<LintWitnessStep>.Builder steps, IReadOnlyList<PathStore> stores, int first)
    {
        int skipped = Math.Max(0, stores.Count - first - MostStores);
        for (int i = first; i < stores.Count; i++)
        {
            if (i > first && i <= first + skipped)
            {
                if (i == first + 1)
                {
                    steps.Add(new(stores[i].Event, stores[i].Cpu, LintWitnessKind.Event,
                        $"{Counted.Of(skipped, "more store")} to descriptors of the same walks", []));
                }

                continue;
            }

            steps.Add(new(stores[i].Event, stores[i].Cpu, LintWitnessKind.Event,
                $"event {stores[i].Event}: CPU {stores[i].Cpu} stores 0x{stores[i].New:x} at 0x{stores[i].Address:x}, "
                + $"which held 0x{stores[i].Old:x}", []));
        }
    }
}
