using System.Collections.Immutable;
using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.BreakBeforeMake;
using Orleans.Mmu.Arm.TlbEntries;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Traces.Lint;

namespace Orleans.Mmu.Traces.Witnesses;

/// <summary>The shortest story of a violation that a rehearsal has shown.</summary>
internal static class WitnessStory
{
    private const int MostStores = 4;

    /// <summary>Two entries contradict one another.</summary>
    public static LintWitness Of(Rehearsal rehearsal, in Contradiction found)
    {
        var violation = rehearsal.Violation;
        int cpu = violation.Cpu;
        var steps = ImmutableArray.CreateBuilder<LintWitnessStep>();
        int tlbis = Begin(steps, rehearsal, found.Held, $"CPU {cpu} loads {WalkedBy(found, rehearsal)}");
        steps.Add(rehearsal.IsInMemory(found.Held)
            ? new(null, cpu, LintWitnessKind.Missing,
                "the descriptors of both entries are in memory at once, so no TLBI would keep the entries apart", [])
            : Missing(rehearsal, tlbis));
        string behind = rehearsal.Event == violation.Event ? "it" : $"event {rehearsal.Event}";
        steps.Add(new(rehearsal.Event, cpu, LintWitnessKind.Walk,
            $"behind {behind}, CPU {cpu} loads {found.Va} again, and its TLB holds two entries for the address",
            [WitnessWords.Of(found.Held, rehearsal.Geometry), WitnessWords.Of(found.Added, rehearsal.Geometry)]));
        steps.Add(new(rehearsal.Event, cpu, LintWitnessKind.End, WitnessWords.Of(found.Verdict), []));
        return new(cpu, steps.ToImmutable(), null);
    }

    /// <summary>A table entry leads to a page that is given back or overwritten.</summary>
    public static LintWitness OfEntry(Rehearsal rehearsal, in TlbEntry entry, ulong page)
    {
        var violation = rehearsal.Violation;
        int cpu = violation.Cpu;
        var steps = ImmutableArray.CreateBuilder<LintWitnessStep>();
        int tlbis = Begin(steps, rehearsal, entry, $"CPU {cpu} loads {rehearsal.First}");
        steps.Add(Missing(rehearsal, tlbis));
        steps.Add(new(violation.Event, cpu, LintWitnessKind.End,
            $"a walk of CPU {cpu} for {rehearsal.First} begins at the cached table entry and reads its next descriptor "
            + $"in the page at 0x{page:x}, whatever the page is used for by then",
            [WitnessWords.Of(entry, rehearsal.Geometry)]));
        return new(cpu, steps.ToImmutable(), null);
    }

    /// <summary>An entry has another memory type than a walk gives it by MAIR.</summary>
    public static LintWitness OfTypes(Rehearsal rehearsal, in OldType older)
    {
        int cpu = rehearsal.Violation.Cpu;
        var steps = ImmutableArray.CreateBuilder<LintWitnessStep>();
        int tlbis = Begin(steps, rehearsal, older.Held, $"CPU {cpu} loads {rehearsal.First}");
        if (older.IsBeforeIsb)
            steps.Clear();
        steps.Add(new(rehearsal.MairEvent, cpu, LintWitnessKind.Event,
            $"event {rehearsal.MairEvent}: CPU {cpu} writes 0x{older.After:x} to MAIR, which held 0x{older.Before:x}",
            []));
        steps.Add(older.IsBeforeIsb
            ? new(null, cpu, LintWitnessKind.Missing, $"no ISB of CPU {cpu} follows, so it may use either value", [])
            : Missing(rehearsal, tlbis));
        string behind = rehearsal.Event == rehearsal.Violation.Event ? "it" : $"event {rehearsal.Event}";
        steps.Add(new(rehearsal.Event, cpu, LintWitnessKind.Walk,
            $"behind {behind}, CPU {cpu} loads {rehearsal.First} again, and its TLB holds two entries for the address",
            [
                WitnessWords.Of(older.Held, rehearsal.Geometry) + WitnessWords.TypeOf(older.Held, older.Before),
                WitnessWords.Of(older.Added, rehearsal.Geometry) + WitnessWords.TypeOf(older.Added, older.After),
            ]));
        var verdict = BbmMatrix.Judge(rehearsal.Level, OverlapDifference.MemoryType, ntBlock: false);
        steps.Add(new(rehearsal.Event, cpu, LintWitnessKind.End, WitnessWords.Of(verdict), []));
        return new(cpu, steps.ToImmutable(), null);
    }

    /// <summary>A register may still lead to a root that is given back.</summary>
    public static LintWitness OfRoot(Rehearsal rehearsal, ulong root)
    {
        var violation = rehearsal.Violation;
        return new(violation.Cpu,
        [
            new(violation.Event, violation.Cpu, LintWitnessKind.End,
                $"CPU {violation.Cpu} loads {rehearsal.First}: its walk may begin at the root at 0x{root:x}, since no "
                + "ISB has followed a write that leads elsewhere", []),
        ], null);
    }

    // A walk of another member may have brought a contiguous group; the output address says which.
    private static VirtualAddress WalkedBy(in Contradiction found, Rehearsal rehearsal)
    {
        var (held, geometry) = (found.Held, rehearsal.Geometry);
        return held.IsTable || 1UL << held.Shift == geometry.Size(held.Level) ? found.Va
            : held.Start + (held.Descriptor.OutputAddress(geometry, held.Level).Value - held.Output.Value);
    }

    // The walk that brings the older entry, and the stores since. Answers how many TLBIs had come before it.
    private static int Begin(
        ImmutableArray<LintWitnessStep>.Builder steps, Rehearsal rehearsal, in TlbEntry held, string loads)
    {
        var stores = rehearsal.Stores;
        int cpu = rehearsal.Violation.Cpu;
        int first = stores.Count - 1;
        while (first >= 0 && stores[first].Old != held.Descriptor.Bits)
            first--;
        ImmutableArray<string> holds = [WitnessWords.Of(held, rehearsal.Geometry)];
        if (first < 0)
        {
            ulong at = rehearsal.EventOfWalk(held.Source);
            steps.Add(new(at, cpu, LintWitnessKind.Walk, $"behind event {at}, {loads}, and its TLB holds", holds));
            return 0;
        }

        steps.Add(new(stores[first].Event, cpu, LintWitnessKind.Walk,
            $"before walks see event {stores[first].Event}, {loads}, and its TLB holds", holds));
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

        return stores[first].Tlbis;
    }

    private static LintWitnessStep Missing(Rehearsal rehearsal, int before)
    {
        int since = rehearsal.Tlbis - before;
        string text = rehearsal.Pending is { } pending
            ? $"the TLBI of event {pending.Event} is not complete, since no DSB has followed it"
            : since == 0 ? $"no TLBI reaches CPU {rehearsal.Violation.Cpu} in between"
            : $"{Counted.Of(since, "TLBI")} in between leave{(since == 1 ? "s" : "")} the entry in the TLB of CPU "
            + $"{rehearsal.Violation.Cpu}, or come{(since == 1 ? "s" : "")} while a walk may bring it back";
        return new(null, rehearsal.Violation.Cpu, LintWitnessKind.Missing, text, []);
    }
}
