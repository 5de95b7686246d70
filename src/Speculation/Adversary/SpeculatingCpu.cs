using System.Collections.Immutable;
using Orleans.Mmu.Arm.Invalidation;
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
public sealed partial class SpeculatingCpu(MachineDescription machine, int id)
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
