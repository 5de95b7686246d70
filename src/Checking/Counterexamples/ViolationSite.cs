using System.Collections.Immutable;
using Orleans.Mmu.Arm.BreakBeforeMake;
using Orleans.Mmu.Checking.Toy;
using Orleans.Mmu.Checking.Transitions;
using Orleans.Mmu.Linux.Protocols;
using Orleans.Mmu.Verdicts.Properties;

namespace Orleans.Mmu.Checking.Counterexamples;

/// <summary>The place in a state where a property is violated.</summary>
/// <param name="Cpu">The CPU; null if the violation concerns the whole machine.</param>
/// <param name="Entries">The TLB entries involved.</param>
internal sealed record ViolationSite(int? Cpu, ImmutableArray<WatchedEntry> Entries, string Message, string Rule)
{
    /// <summary>The first CPU and entries that violate a property.</summary>
    public static ViolationSite Of(MachineSystem system, Property property, in ToyState state)
    {
        for (int i = 0; i < system.Kinds.Length; i++)
        {
            if (OnCpu(system, property, state, i) is { } site)
                return site;
        }

        return new(null, [], property.Sentence, property.Rule);
    }

    private static ViolationSite? OnCpu(MachineSystem system, Property property, in ToyState state, int cpu)
    {
        var kind = system.Kinds[cpu];
        var point = kind.Points[state.Cpus[cpu].Point];
        var view = system.ViewOf(state, cpu);
        uint usable = state.Cpus[cpu].MaySet;
        uint judged = system.Model.Judged(state, system.Kinds.AsSpan(), cpu, view);
        uint used = (usable | state.Cpus[cpu].UsableUntilIsb) & judged;
        uint begun = state.BegunOn(cpu) & judged & ~used;
        if (property == Property.TlbConflict || property == Property.ConflictAbortPossible)
            return Conflict(system, property, cpu, kind.Bbm, usable);
        if (property == Property.UnfilledTable)
            return Leading(usable & view.ToUnfilled, "reads a table that is not filled yet");
        if (property == Property.FreedTable)
            return Leading(usable & view.ToFreed, "reads a table that was freed");
        if (property == Property.MixedGroup)
            return kind.Bbm == BbmLevel.Level0
                ? Leading(usable & view.ToMixedGroup, "reads a contiguous group that is half made") : null;
        if (property == Property.StaleWrite)
            return Stale(used & view.Writes, "lets a store through that memory forbids")
                ?? Begun(begun & view.Writes, "performs a store that memory forbids");
        if (property == Property.StaleTranslation)
            return Stale(used & view.Wrong, "translates differently from memory")
                ?? Begun(begun & view.Wrong, "performs an access where memory no longer leads");
        if (property == Property.StaleEntry)
            return Stale(
                used & view.Outdated & system.Model.Flushed,
                "no longer matches memory, although it translates the same");
        if (property == Property.UnexpectedFault || property == Property.FaultWhileParked)
            return Fault(system, property, state, cpu);
        if (property == Property.UnexpectedAccess)
            return system.Properties.AccessAt(state, system.Kinds.AsSpan(), cpu) is { } access
                ? AccessSite.Of(system, access, state, cpu) : null;
        if (property == Property.WalkSize && point.WalksIdmapInUserSize)
            return new(
                cpu, [],
                $"CPU {cpu} may walk idmap_pg_dir with the T0SZ of user space: it reads the table at another level " +
                $"than it has", property.Rule);
        if (property == Property.IdmapLeftBehind && IsLeftBehind(system, state, cpu) is { } left)
            return new(cpu, [], $"CPU {cpu} is back in the kernel, and {left}", property.Rule);
        if (property == Property.CnpMismatch && (point.CnpRoots & RootTableSet.Reserved) != 0)
            return new(
                cpu, [],
                $"CPU {cpu} has reserved_pg_dir with CnP in TTBR1, while other CPUs have swapper_pg_dir with CnP",
                property.Rule);
        if (property == Property.EndlessWait && kind.StepAt(state.Cpus[cpu].Point) is { } wait)
            return new(cpu, [], $"CPU {cpu} waits for ever at \"{wait}\"", property.Rule);
        return null;

        ViolationSite? Leading(uint entries, string what) => entries == 0 ? null
            : new(cpu, [system.Model.Universe.Members(entries).First()], $"a walk of CPU {cpu} {what}", property.Rule);

        ViolationSite? Stale(uint entries, string what) => entries == 0 ? null
            : system.Model.Universe.Members(entries).First() is var entry
                ? new(cpu, [entry], $"the change is complete for CPU {cpu}, and its entry \"{entry.Name}\" {what}",
                    property.Rule) : null;

        ViolationSite? Begun(uint entries, string what) => entries == 0 ? null
            : system.Model.Universe.Members(entries).First() is var entry
                ? new(cpu, [entry], $"the change is complete, and CPU {cpu} {what}: it began the access through its "
                    + $"entry \"{entry.Name}\" before the TLBI, which does not wait for it (erratum 4118414)",
                    property.Rule) : null;
    }

    private static ViolationSite? Conflict(
        MachineSystem system, Property property, int cpu, BbmLevel level, uint usable)
    {
        if (system.Properties.Conflict(usable, level, mixed: property == Property.TlbConflict) is not var (a, b))
            return null;
        var verdict = OverlapRules.Judge(system.Model.Universe.Machine.Geometry, level, a.Entry, b.Entry);
        return new(
            cpu, [a, b], $"CPU {cpu} ({level.Sentence()}) may hold a {a.Name} and a {b.Name} for one address",
            verdict.Rule);
    }

    private static ViolationSite? Fault(MachineSystem system, Property property, in ToyState state, int cpu)
    {
        var kind = system.Kinds[cpu];
        var point = kind.Points[state.Cpus[cpu].Point];
        var view = system.ViewOf(state, cpu);
        string? reason = point.InIdmap && property == Property.UnexpectedFault
            ? point.Ttbr0 != RootTableSet.Idmap
                ? $"CPU {cpu} fetches from the idmap while TTBR0 may be {Roots(point.Ttbr0)}"
                : point.Epd0 ? $"CPU {cpu} fetches from the idmap while TCR_EL1.EPD0 may be 1" : null
            : point.InIdmap && !point.AccessesStack ? null
            : (point.Ttbr1 & ~RootTableSet.Populated) != 0
                ? $"CPU {cpu} uses a kernel address while TTBR1 may be {Roots(point.Ttbr1)}"
            : point.Epd1 ? $"CPU {cpu} uses a kernel address while TCR_EL1.EPD1 may be 1"
            : (state.Cpus[cpu].MaySet & view.ToInvalid) != 0
                ? $"CPU {cpu} uses an address of the linear map whose descriptor is invalid"
            : null;
        return reason is null ? null : new(cpu, [], reason, property.Rule);
    }

    private static string? IsLeftBehind(MachineSystem system, in ToyState state, int cpu)
    {
        var kind = system.Kinds[cpu];
        if (!kind.IsEnd(state.Cpus[cpu].Point))
            return null;
        var point = kind.Points[state.Cpus[cpu].Point];
        return point.NewestTtbr0 != RootTableSet.Reserved ? $"TTBR0 still points to {Roots(point.NewestTtbr0)}"
            : point.NewestIdmapT0sz ? "T0SZ is still the idmap's"
            : point.NewestEpd0 ? "no walk begins at TTBR0, because EPD0 is still 1"
            : (state.Cpus[cpu].MaySet & system.Model.Universe.Idmap) != 0 ? "its TLB may still hold the idmap's page"
            : null;
    }

    /// <summary>TTBR1 as a lane shows it: "swapper_pg_dir", "swapper_pg_dir, EPD1", "…, EPD1 or not".</summary>
    public static string Roots(ProgramPoint point) => Roots(point.Ttbr1)
        + (!point.Epd1 ? "" : point.WalksKernel ? ", EPD1 or not" : ", EPD1");

    /// <summary>The names of the roots: "swapper_pg_dir or reserved_pg_dir".</summary>
    public static string Roots(RootTableSet roots) => string.Join(" or ",
        new[] { (RootTableSet.Swapper, RootTable.Swapper), (RootTableSet.Reserved, RootTable.Reserved),
            (RootTableSet.Idmap, RootTable.Idmap), (RootTableSet.Second, RootTable.Second) }
            .Where(r => (roots & r.Item1) != 0).Select(r => RootSymbol.Of(r.Item2)));
}
