using System.Collections.Immutable;
using Orleans.Mmu.Arm.BreakBeforeMake;
using Orleans.Mmu.Checking.Toy;
using Orleans.Mmu.Verdicts.Properties;

namespace Orleans.Mmu.Checking.Transitions;

/// <summary>
/// The properties that a state violates, one bit each. They are judged on every CPU, including parked ones, whether or
/// not code accesses the address.
/// </summary>
internal sealed class MachineProperties(MachineModel model)
{
    /// <summary>
    /// The properties in the order of their bits. A property that is added comes last, because silos tell each other
    /// these numbers; <see cref="Rank"/> says which is worse.
    /// </summary>
    public static ImmutableArray<Property> Order { get; } =
    [
        Property.TlbConflict, Property.ConflictAbortPossible, Property.UnfilledTable, Property.FreedTable,
        Property.FaultWhileParked,
        Property.UnexpectedFault, Property.StaleWrite, Property.StaleTranslation, Property.MixedGroup,
        Property.CnpMismatch, Property.WalkSize, Property.IdmapLeftBehind, Property.WrongMap, Property.StaleEntry,
        Property.UnexpectedAccess,
    ];

    /// <summary>The bits of properties whose violation is only a note.</summary>
    public static ulong Notes { get; } = Bit(Property.StaleEntry);

    /// <summary>The property of a finding's bit; the explorer's own finding is an endless wait.</summary>
    public static Property Of(int bit) => bit < Order.Length ? Order[bit] : Property.EndlessWait;

    /// <summary>
    /// A number by which findings are ordered, the worst first. An access that finds what it must not comes after a
    /// fault at any moment, and before the translation that it was made by.
    /// </summary>
    public static int Rank(int bit) =>
        Of(bit) == Property.UnexpectedAccess ? 2 * Order.IndexOf(Property.UnexpectedFault) + 1 : 2 * bit;

    internal ulong Violations(in ToyState state, ReadOnlySpan<ToyCpuKind> kinds, bool isFinal)
    {
        var memory = model.View(state.Memory);
        ulong violated = isFinal && !memory.IsIntended ? Bit(Property.WrongMap) : 0;
        RootTableSet sharing = RootTableSet.None;
        for (int i = 0; i < kinds.Length; i++)
        {
            var point = kinds[i].Points[state.Cpus[i].Point];
            var view = model.ViewOf(state, kinds, i, memory);
            violated |= Of(
                state.Cpus[i], kinds[i], point, view, model.Judged(state, kinds, i, view), state.BegunOn(i));
            if (AccessAt(state, kinds, i)?.IsWrong(state.Cpus[i], point, view, state.EarlyOf(i)) == true)
                violated |= Bit(Property.UnexpectedAccess);
            sharing |= point.CnpRoots;
            if (isFinal && model.Scene.Root is { } root && point.NewestTtbr1 != root.AsSet())
                violated |= Bit(Property.WrongMap);
        }

        return (sharing & (sharing - 1)) != 0 ? violated | Bit(Property.CnpMismatch) : violated;
    }

    /// <summary>The access that a CPU may perform now and that must find something; null for any other step.</summary>
    public PageAccess? AccessAt(in ToyState state, ReadOnlySpan<ToyCpuKind> kinds, int cpu) =>
        kinds[cpu].Accesses?[state.Cpus[cpu].Point] is { } access && model.IsReached(state, kinds, cpu) ? access : null;

    /// <summary>
    /// The first two entries of a may-set that a CPU of a level must not hold together, leaves before table entries.
    /// </summary>
    public (WatchedEntry A, WatchedEntry B)? Conflict(uint usable, BbmLevel level, bool mixed)
    {
        (WatchedEntry, WatchedEntry)? found = null;
        var conflicts = model.Universe.ConflictsOf(level, mixed);
        foreach (var entry in model.Universe.Members(usable))
        {
            foreach (
                var other in model.Universe.Members(usable & conflicts[entry.Index]).Where(o => o.Index > entry.Index))
            {
                if (!entry.Entry.IsTable && !other.Entry.IsTable)
                    return (entry, other);
                found ??= (entry, other);
            }
        }

        return found;
    }

    // Judged are the entries whose change is complete for the CPU.
    private ulong Of(
        in ToyCpuState cpu, ToyCpuKind kind, ProgramPoint point, MemoryView view, uint judged, uint begun)
    {
        ulong violated = 0;
        uint usable = cpu.MaySet;
        var mixed = model.Universe.ConflictsOf(kind.Bbm, mixed: true);
        var aborting = model.Universe.ConflictsOf(kind.Bbm, mixed: false);
        for (uint left = usable; left != 0; left &= left - 1)
        {
            int entry = System.Numerics.BitOperations.TrailingZeroCount(left);
            if ((usable & mixed[entry]) != 0)
                violated |= Bit(Property.TlbConflict);
            if ((usable & aborting[entry]) != 0)
                violated |= Bit(Property.ConflictAbortPossible);
        }

        if ((usable & view.ToUnfilled) != 0)
            violated |= Bit(Property.UnfilledTable);
        if ((usable & view.ToFreed) != 0)
            violated |= Bit(Property.FreedTable);
        if (kind.Bbm == BbmLevel.Level0 && (usable & view.ToMixedGroup) != 0)
            violated |= Bit(Property.MixedGroup);
        if (judged != 0)
        {
            uint used = (usable | cpu.UsableUntilIsb) & judged;
            uint reached = used | (begun & judged);
            if ((reached & view.Writes) != 0)
                violated |= Bit(Property.StaleWrite);
            if ((reached & view.Wrong) != 0)
                violated |= Bit(Property.StaleTranslation);
            if ((used & view.Outdated & model.Flushed) != 0)
                violated |= Bit(Property.StaleEntry);
        }

        return violated | Faults(cpu, point, view) | Idmap(cpu, kind, point);
    }

    private static ulong Faults(in ToyCpuState cpu, ProgramPoint point, MemoryView view)
    {
        bool seesMap = point.SeesMap && (cpu.MaySet & view.ToInvalid) == 0;
        if (point.InIdmap)
        {
            // On the idmap the next instruction can be fetched, but the code there may still access the linear map.
            ulong fetch = point.CanFetch ? 0 : Bit(Property.UnexpectedFault);
            return point.AccessesStack && !seesMap ? fetch | Bit(Property.FaultWhileParked) : fetch;
        }

        return seesMap ? 0 : Bit(Property.UnexpectedFault);
    }

    private ulong Idmap(in ToyCpuState cpu, ToyCpuKind kind, ProgramPoint point)
    {
        ulong violated = 0;
        if (point.WalksIdmapInUserSize)
            violated |= Bit(Property.WalkSize);
        // The register that was written last is in effect by the return to user space at the latest.
        bool ended = kind.IsEnd(cpu.Point);
        if (ended
            && (point.LeavesIdmapBehind
                || (cpu.MaySet & model.Universe.Idmap) != 0))
            violated |= Bit(Property.IdmapLeftBehind);
        return violated;
    }

    private static ulong Bit(Property property) => 1UL << Order.IndexOf(property);
}
