using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Choices;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Arm.Processors;
using Orleans.Mmu.Arm.Tables;
using Orleans.Mmu.Arm.Walks;
using Orleans.Mmu.Linux.Machines;
using Orleans.Mmu.Linux.Protocols;
using Orleans.Mmu.Speculation.Recording;
using Orleans.Mmu.Verdicts.Properties;

namespace Orleans.Mmu.Speculation.Adversary;

/// <summary>The walks that the adversary has the CPU do in a window, and the conflicts that they bring.</summary>
public sealed partial class SpeculatingCpu
{
    /// <summary>Number of overlapping entries that were hazards.</summary>
    public long Hazards { get; private set; }

    private CpuDescription Description => machine.Cpus[id];

    /// <summary>Performs the CPU's speculative walks of a window.</summary>
    public IReadOnlyList<Violation> Look(SpeculationPlan plan, SpeculationWindow window)
    {
        if (Cpu.State is CpuRunState.Offline or CpuRunState.Dead)
            return [];
        var choice = new SeededChoice(plan.Seed);
        var violations = new List<Violation>();
        for (int v = 0; v < plan.Victims.Length; v++)
        {
            var victim = plan.Victims[v];
            var roots = Cpu.Processor.WalksFor(victim).MayBegin ? Cpu.Processor.TtbrFor(victim).Possible : [];
            if (id == plan.Hunter)
            {
                bool isMapped = false;
                foreach (var root in roots.ToList())
                {
                    isMapped |= Walk(victim, root, window, window.Ordered, wholeGroup: false, violations);
                    if (window.Current.Version != window.Ordered.Version)
                        isMapped |= Walk(victim, root, window, window.Current, wholeGroup: true, violations);
                }

                if (!isMapped && _walks.Any)
                    WalkFromCache(victim, window, violations);
                continue;
            }

            ulong bits = choice.Bits(Purpose.Walk, id, window.Ordinal, v);
            if ((bits & 1) == 0 || roots.Count == 0)
                continue;
            var tables = (bits & 2) == 0 ? window.Current : window.Ordered;
            Walk(victim, roots[(int)(bits >> 8 & 0xff) % roots.Count], window, tables, (bits & 4) != 0, violations);
        }

        Record(RunEventKind.Window, window.After);
        return violations;
    }

    // Where no root in effect leads to the address, a walk may still start from a cached table entry (R_SQBCS): a CPU
    // that has not invalidated its TLB goes on reading tables that it cannot reach any more. The entry that is deepest
    // leads as far as the others do.
    private void WalkFromCache(VirtualAddress va, SpeculationWindow window, List<Violation> violations)
    {
        if (CachedTables.Deepest(Cpu.Processor, window.Current.Geometry, va) is not { } start
            || _walks.Of(start.Source) is not { } origin)
            return;
        foreach (var tables in (TableSnapshot[])[window.Ordered, window.Current])
        {
            if (CachedTables.Passes(Cpu.Processor, tables, origin.Root, va, start))
                Walk(va, origin.Root, window, tables, wholeGroup: true, violations, start.Level);
        }
    }

    // True if the walk found a translation.
    private bool Walk(
        VirtualAddress va, Ttbr root, SpeculationWindow window, TableSnapshot tables, bool wholeGroup,
        List<Violation> violations, Level? below = null)
    {
        var fill = Cpu.Processor.Speculate(tables, root, va, wholeGroup, _walks.Next(), below);
        if (!fill.Walk.IsTranslation)
            return false;
        var steps = new WalkRead[TableWalker.MaxSteps];
        TableWalker.Walk(tables, root.RootAddress, va, Cpu.Processor.ImplementedPaBits, steps, out int count);
        var record = new RememberedWalk(va, window.Ordinal, window.After, tables.Version, root, steps[..count])
        {
            Below = below,
            Began = window.Began,
            Step = window.Step,
        };
        _walks.Keep(record, Cpu.Processor.Tlb);
        Sighted?.Found(record, tables.Geometry);
        if (fill.Overlap is not { } other || !fill.Verdict.IsHazard)
            return true;
        Hazards++;
        var added = fill.Added;
        var older = _walks.Of(other.Source);
        var violation = ConflictExplanation.Explain(
            Cpu, Description, va, other, added, fill.Verdict, older, record, tables.Geometry, window.Changes);
        if (Report(violations, violation))
            Sighted?.Conflict(older, record, violation.Property, tables.Geometry);
        return true;
    }
}
