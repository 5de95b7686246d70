using System.Collections.Immutable;
using Orleans.Mmu.Arm.Barriers;
using Orleans.Mmu.Linux.Protocols;

namespace Orleans.Mmu.Checking.Transitions;

/// <summary>
/// What the ways between a CPU's places say of its stores, barriers and TLBIs: each answer holds on every way to a
/// place, or on every way from it.
/// </summary>
internal sealed class WriterFlow
{
    private readonly ImmutableArray<ProgramPlace> _places;
    private readonly ImmutableArray<ProgramWays> _ways;

    /// <param name="issuedBefore">For each place the stores issued before it.</param>
    /// <param name="hasEarlyFaults">Whether an access of some CPU can fault by a walk begun early.</param>
    public WriterFlow(ProgramGraph graph, ImmutableArray<uint> issuedBefore, bool hasEarlyFaults)
    {
        (_places, _ways) = (graph.Places, graph.Ways);
        IsFloor = Floors();
        (NeedsWindow, NeedsStoreWindow) = Windows();
        NeedsEarly = hasEarlyFaults ? EarlyNeeds() : [.. new bool[_places.Length]];
        Settled = Forward(0, (i, step, before) => step.Has(StepEffects.CompletesEarlier)
            ? (uint)System.Numerics.BitOperations.PopCount(issuedBefore[i]) : before, Math.Min);
    }

    /// <summary>Whether a later TLBI of the CPU is ordered after everything before the DSB at a place.</summary>
    public ImmutableArray<bool> IsFloor { get; }

    /// <summary>Whether a TLBI from a place on depends on what memory held since the CPU's last DSB.</summary>
    public ImmutableArray<bool> NeedsWindow { get; }

    /// <summary>Whether a DSB ST from a place on depends on what memory held since the CPU's last store.</summary>
    public ImmutableArray<bool> NeedsStoreWindow { get; }

    /// <summary>
    /// Whether something from a place on depends on <see cref="EarlyWalks"/>: an access that must not fault; or a TLBI
    /// or an interrupt that ends those of other CPUs.
    /// </summary>
    public ImmutableArray<bool> NeedsEarly { get; }

    /// <summary>The number of the first stores that a DSB before a place has waited for.</summary>
    public ImmutableArray<uint> Settled { get; }

    /// <summary>Whether the DSB at a place orders a later TLBI of the CPU after its last store alone.</summary>
    public bool IsStoreFloor(int place) =>
        !IsFloor[place] && _ways[place].Step is { } step && step.Has(StepEffects.CompletesEarlier);

    // A full DSB orders a TLBI after everything before it. DSB ST orders it after the CPU's last store alone, which is
    // the same unless the CPU has loaded since: then other CPUs may have stored before what it loaded. Taking a lock
    // and counting in are stores as well. After a load its branch orders the CPU's next store. An interrupt comes after
    // other CPUs' stores, as a load does. Nothing in a program depends on what an access of a page finds.
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

        return [.. _ways.Select((w, i) => w.Step is Dsb dsb && (dsb.Kind != DsbKind.Ishst || !hasLoaded[i]))];
    }

    private static bool LoadsAfter(Step step, bool before) => step switch
    {
        Dsb dsb => before && dsb.Kind == DsbKind.Ishst,
        AwaitAll or AwaitRelease or SkipUnless or AwaitWord or SkipUnlessWord => true,
        AllocatorLock or TableLock or CountIn or RaiseFlag or ClearFlag or WriteEntries or FreeTable or SetWord
            or AddToWord => false,
        _ => before,
    };

    private (ImmutableArray<bool> Window, ImmutableArray<bool> StoreWindow) Windows()
    {
        var (window, ofStore) = (new bool[_places.Length], new bool[_places.Length]);
        for (int i = 0; i < _places.Length; i++)
            window[i] = _ways[i].Step is { } step && (step is SendIpi || step.Has(StepEffects.InvalidatesTlb));
        bool grows = true;
        while (grows)
        {
            grows = false;
            for (int i = _places.Length - 1; i >= 0; i--)
            {
                var ways = _ways[i];
                grows |= Mark(window, i, (!IsFloor[i] && Is(window, ways.Next)) || IsAny(window, ways));
                grows |= Mark(ofStore, i, (!IsFloor[i] && Is(ofStore, ways.Next)) || IsAny(ofStore, ways)
                    || (IsStoreFloor(i) && Is(window, ways.Next)));
            }
        }

        return ([.. window], [.. ofStore]);
    }

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
                grows |= Mark(needs, i, Is(needs, _ways[i].Next) || IsAny(needs, _ways[i]));
        }

        return [.. needs];
    }

    private static bool IsAny(bool[] needs, ProgramWays ways) =>
        Is(needs, ways.Skipped) || Is(needs, ways.Taken) || Is(needs, ways.Sent);

    private static bool Is(bool[] needs, int place) => place >= 0 && needs[place];

    private static bool Mark(bool[] marks, int place, bool mark)
    {
        if (place < 0 || !mark || marks[place])
            return false;
        return marks[place] = true;
    }

    // Values that shrink where ways meet.
    private ImmutableArray<uint> Forward(uint first, Func<int, Step, uint, uint> after, Func<uint, uint, uint> meet)
    {
        var values = new uint?[_places.Length];
        values[0] = first;
        bool changes = true;
        while (changes)
        {
            changes = false;
            for (int i = 0; i < _places.Length; i++)
            {
                if (values[i] is not { } value)
                    continue;
                var ways = _ways[i];
                changes |= Meet(ways.Next, ways.Step is { } step ? after(i, step, value) : value)
                    | Meet(ways.Skipped, value) | Meet(ways.Taken, value) | Meet(ways.Sent, value);
            }
        }

        return [.. values.Select(v => v ?? 0)];

        bool Meet(int place, uint value)
        {
            if (place < 0)
                return false;
            uint met = values[place] is { } known ? meet(known, value) : value;
            if (values[place] == met)
                return false;
            values[place] = met;
            return true;
        }
    }
}
