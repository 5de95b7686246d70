using System.Collections.Immutable;
using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Choices;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Arm.Invalidation;
using Orleans.Mmu.Arm.Processors;
using Orleans.Mmu.Arm.Tables;
using Orleans.Mmu.Arm.Walks;
using Orleans.Mmu.Linux.Machines;
using Orleans.Mmu.Linux.Protocols;
using Orleans.Mmu.Speculation.Recording;
using Orleans.Mmu.Verdicts.Properties;

namespace Orleans.Mmu.Speculation.Adversary;

/// <summary>
/// A CPU under the adversary: it performs its steps, and between them it walks any table that it can see, as an
/// out-of-order core may. Each property is reported once for each CPU, at its first violation.
/// </summary>
public sealed class SpeculatingCpu(MachineDescription machine, int id)
{
    private readonly RememberedWalks _walks = new();
    private readonly HashSet<string> _reported = [];

    public KernelCpu Cpu { get; } = new(machine, id);

    /// <summary>
    /// Receives every step, window and invalidation with the TLB after it; null if the run is not recorded.
    /// </summary>
    public List<RunEvent>? Recording { get; set; }

    /// <summary>Receives the walks that matter; null if the run has no timeline.</summary>
    public SightedWalks? Sighted { get; set; }

    /// <summary>Number of overlapping entries that were hazards.</summary>
    public long Hazards { get; private set; }

    private CpuDescription Description => machine.Cpus[id];

    /// <summary>Performs local steps; after each one the adversary has a window.</summary>
    /// <param name="window">The window before the first step; all windows of this call see its tables.</param>
    public IReadOnlyList<Violation> Perform(ImmutableArray<Step> steps, SpeculationPlan? plan, SpeculationWindow window)
    {
        List<Violation>? violations = null;
        bool isWatched = plan is { Victims.Length: > 0 } || Sighted is not null;
        foreach (var step in steps)
        {
            // Who walks nothing, and shows nothing, needs no window for each step.
            if (isWatched)
                window = window with { Step = window.Step + 1 };
            bool parked = Cpu.State is CpuRunState.Parked or CpuRunState.InIdmap;
            if (Cpu.Perform(step, window.Current) is { } failed
                && FaultOf(failed, $"\"{step}\"", parked, window) is { } violation)
                (violations ??= []).Add(violation);
            Record(RunEventKind.Step, step.Text);
            if (plan is { Victims.Length: > 0 })
                (violations ??= []).AddRange(Look(plan, window with { After = $"{step} (CPU {id})" }));
        }

        return violations is null ? [] : violations;
    }

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

    /// <summary>Completes another CPU's broadcast TLBI on this CPU.</summary>
    public void CompleteBroadcast(in TlbiOperation operation)
    {
        Cpu.Processor.CompleteBroadcast(operation);
        if (Recording is not null)
            Record(RunEventKind.Invalidation, operation.ToString());
    }

    /// <summary>
    /// Compares the TLB with memory, after every requested invalidation has completed, and looks for what a CPU that is
    /// back has left of the idmap.
    /// </summary>
    public IReadOnlyList<Violation> Audit(TableSnapshot tables)
    {
        var violations = new List<Violation>();
        foreach (var entry in Cpu.Processor.Tlb.Entries())
        {
            // The kernel has no map in the lower half, so an entry there is the idmap's.
            if (entry.IsTable || !entry.Start.IsUpperHalf
                || MemoryComparison.StaleAt(Cpu.Processor, entry, tables) is not { } va)
                continue;
            bool isFirst = Report(violations, new(Property.StaleTranslation, id, va,
                $"CPU {id} still translates {va} to {entry.Translate(va)} by {entry.Descriptor}, which memory no " +
                $"longer says", []));
            if (isFirst)
                Sighted?.Tell(_walks.Of(entry.Source), tables.Geometry);
        }

        if (Cpu.State == CpuRunState.Online && Cpu.LeftOfIdmap() is { } left)
        {
            Report(violations, new(Property.IdmapLeftBehind, id, null,
                $"CPU {id} is back and still has {left}", [Property.IdmapLeftBehind.Sentence]));
        }

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

    private void Record(RunEventKind kind, string text) =>
        Recording?.Add(new(id, kind, text, default, [.. Cpu.Processor.Tlb.Entries()]));

    private Violation? FaultOf(in FailedAccess failed, string what, bool parked, SpeculationWindow window)
    {
        var (va, fault) = failed;
        if (fault.Fault == WalkFault.None)
            return null; // A TLB conflict abort: the overlap behind it has been reported with both its walks.
        var property = parked ? Property.FaultWhileParked : Property.UnexpectedFault;
        var violations = new List<Violation>();
        Report(violations, new(property, id, va,
            $"CPU {id} took a level {fault.Level} {fault.Fault} fault on " +
            $"{what}{(parked ? " while it waited outside the linear map" : "")}",
            [$"TTBR1_EL1 = {Cpu.Processor.Ttbr1.Value} ({RootSymbol.Of(Cpu.Ttbr1)})"
                + (Cpu.Processor.Walks1.MayFault ? ", TCR_EL1.EPD1 = 1" : ""),
                $"as dmesg would say it: Unable to handle kernel paging request at virtual address " +
                $"{va.Value:x16}"]));
        if (violations.Count == 0)
            return null;
        Sighted?.Violation(window, property);
        return violations[0];
    }

    // False for a property that was reported before.
    private bool Report(List<Violation> violations, Violation violation)
    {
        if (!_reported.Add(violation.Property.Name))
            return false;
        violations.Add(violation);
        return true;
    }
}
