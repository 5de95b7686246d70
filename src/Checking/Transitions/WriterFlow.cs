using System.Collections.Immutable;
using Orleans.Mmu.Arm.Barriers;
using Orleans.Mmu.Linux.Protocols;

namespace Orleans.Mmu.Checking.Transitions;

/// <summary>
/// What the ways between a CPU's places say of its barriers and TLBIs: each answer holds on every way to a place, or on
/// every way from it.
/// </summary>
internal sealed class WriterFlow
{
    private readonly ImmutableArray<ProgramPlace> _places;
    private readonly ImmutableArray<ProgramWays> _ways;

    /// <param name="hasEarlyFaults">Whether an access of some CPU can fault by a walk begun early.</param>
    public WriterFlow(ProgramGraph graph, bool hasEarlyFaults)
    {
        (_places, _ways) = (graph.Places, graph.Ways);
        HasOwnFloors = _ways.Any(w => w.Step is Dsb { Kind: DsbKind.Nsh });
        IsFloor = Floors();
        IsOwnFloor = [.. _ways.Select((w, i) => IsFloor[i] || w.Step is Dsb { Kind: DsbKind.Nsh })];
        Needs = new(this, _ways);
        NeedsEarly = hasEarlyFaults ? EarlyNeeds() : [.. new bool[_places.Length]];
    }

    /// <summary>Whether there is a DSB NSH: a floor of TLBIs of the CPU's own TLB alone.</summary>
    public bool HasOwnFloors { get; }

    /// <summary>Whether a later TLBI of the CPU is ordered after everything before the DSB at a place.</summary>
    public ImmutableArray<bool> IsFloor { get; }

    /// <summary>Whether a later TLBI of the CPU's own TLB is.</summary>
    public ImmutableArray<bool> IsOwnFloor { get; }

    /// <summary>What from a place on depends on what memory has held since a floor.</summary>
    public WindowNeeds Needs { get; }

    /// <summary>
    /// Whether something from a place on depends on <see cref="EarlyWalks"/>: an access that must not fault; or a TLBI
    /// or an interrupt that ends those of other CPUs.
    /// </summary>
    public ImmutableArray<bool> NeedsEarly { get; }

    /// <summary>Whether the DSB at a place orders a later TLBI of the CPU after its last store alone.</summary>
    public bool IsStoreFloor(int place) => !IsFloor[place] && _ways[place].Step is Dsb { ReachesOtherCpus: true };

    // A full DSB orders a TLBI after everything before it. DSB ST orders it after the CPU's last store alone, which is
    // the same unless the CPU has loaded since: then other CPUs may have stored before what it loaded. Taking a lock
    // and counting in are stores as well. After a load its branch orders the CPU's next store. An interrupt comes after
    // other CPUs' stores, as a load does. Nothing in a program depends on what an access of a page finds. DSB NSH
    // orders no broadcast TLBI after stores, because other CPUs are not in its domain.
    private ImmutableArray<bool> Floors()
    {
        var hasLoaded = new bool[_places.Length];
        bool grows = true;
        while (grows)
        {
            grows = false;
            for (int i = 0; i < _places.Length; i++)
            {
                var ways = _ways[i];
                bool after = ways.Step is { } step ? LoadsAfter(step, hasLoaded[i]) : hasLoaded[i];
                grows |= Mark(hasLoaded, ways.Next, after)
                    | Mark(hasLoaded, ways.Skipped, true) | Mark(hasLoaded, ways.Taken, true)
                    | Mark(hasLoaded, ways.Sent, hasLoaded[i]);
            }
        }

        return
        [
            .. _ways.Select((w, i) => w.Step is Dsb { ReachesOtherCpus: true } dsb
                && (dsb.Kind != DsbKind.Ishst || !hasLoaded[i])),
        ];
    }

    private static bool LoadsAfter(Step step, bool before) => step switch
    {
        Dsb dsb => before && dsb.Kind != DsbKind.Ish,
        AwaitAll or AwaitRelease or SkipUnless or AwaitWord or SkipUnlessWord => true,
        AllocatorLock or TableLock or CountIn or RaiseFlag or ClearFlag or WriteEntries or FreeTable or SetWord
            or AddToWord => false,
        _ => before,
    };

    private ImmutableArray<bool> EarlyNeeds()
    {
        bool[] needs =
        [
            .. _ways.Select((w, i) => w.Step is SendIpi or AccessPage { Expected.MayFault: false }
                || _places[i].Point.BroadcastPending),
        ];
        for (bool grows = true; grows;)
        {
            grows = false;
            for (int i = _places.Length - 1; i >= 0; i--)
                grows |= Mark(needs, i, IsAny(needs, _ways[i]));
        }

        return [.. needs];
    }

    private static bool IsAny(bool[] needs, ProgramWays ways) => Is(needs, ways.Next)
        || Is(needs, ways.Skipped) || Is(needs, ways.Taken) || Is(needs, ways.Sent);

    private static bool Is(bool[] needs, int place) => place >= 0 && needs[place];

    private static bool Mark(bool[] marks, int place, bool mark)
    {
        if (place < 0 || !mark || marks[place])
            return false;
        return marks[place] = true;
    }
}
