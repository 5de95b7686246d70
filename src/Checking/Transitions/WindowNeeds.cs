using System.Collections.Immutable;
using Orleans.Mmu.Linux.Protocols;

namespace Orleans.Mmu.Checking.Transitions;

/// <summary>
/// From which places of a program on something depends on each of the <see cref="FloorWindows"/>. A state holds a
/// window only there.
/// </summary>
internal sealed class WindowNeeds
{
    private readonly WriterFlow _flow;
    private readonly ImmutableArray<ProgramWays> _ways;

    public WindowNeeds(WriterFlow flow, ImmutableArray<ProgramWays> ways)
    {
        (_flow, _ways) = (flow, ways);
        Broadcast = Before(
            step => ToyCpuKind.Broadcasts(step) || (!flow.HasOwnFloors && step.Has(StepEffects.InvalidatesTlb)),
            i => flow.IsFloor[i] || Branches(i));
        Local = Before(
            step => flow.HasOwnFloors && step.Has(StepEffects.InvalidatesTlb) && !ToyCpuKind.Broadcasts(step),
            i => flow.IsOwnFloor[i] || Branches(i));
        Sent = Before(step => step is SendIpi, i => flow.IsFloor[i]);
        Store = Stores();
    }

    /// <summary>A broadcast TLBI; where the CPU has no DSB NSH, any TLBI.</summary>
    public ImmutableArray<bool> Broadcast { get; }

    /// <summary>A TLBI of the CPU's own TLB, where the CPU has a DSB NSH.</summary>
    public ImmutableArray<bool> Local { get; }

    /// <summary>An interrupt that the CPU sends.</summary>
    public ImmutableArray<bool> Sent { get; }

    /// <summary>A DSB ST that becomes the floor of one of the others.</summary>
    public ImmutableArray<bool> Store { get; }

    /// <summary>The number of windows that a state holds at a place.</summary>
    public int Count(int place) =>
        (Broadcast[place] ? 1 : 0) + (Local[place] ? 1 : 0) + (Sent[place] ? 1 : 0) + (Store[place] ? 1 : 0);

    // A floor at a place makes what memory held before it meaningless, on the ways that the step there leads to.
    private ImmutableArray<bool> Before(Func<Step, bool> asks, Func<int, bool> isFloor)
    {
        bool[] needs = [.. _ways.Select(w => w.Step is { } step && asks(step))];
        Grow(needs, i => (!isFloor(i) && IsSync(needs, i)) || IsAsync(needs, i));
        return [.. needs];
    }

    private ImmutableArray<bool> Stores()
    {
        var needs = new bool[_ways.Length];
        Grow(needs, i => (!_flow.IsFloor[i] && IsSync(needs, i)) || IsAsync(needs, i)
            || (_flow.IsStoreFloor(i)
                && (Broadcast[_ways[i].Next] || Local[_ways[i].Next] || Sent[_ways[i].Next])));
        return [.. needs];
    }

    private void Grow(bool[] needs, Func<int, bool> does)
    {
        for (bool grows = true; grows;)
        {
            grows = false;
            for (int i = _ways.Length - 1; i >= 0; i--)
            {
                if (needs[i] || !does(i))
                    continue;
                needs[i] = grows = true;
            }
        }
    }

    private bool Branches(int place) => _ways[place].Step is { } step && EarlyWalks.Branches(step);

    private bool IsSync(bool[] needs, int place) => Is(needs, _ways[place].Next) || Is(needs, _ways[place].Skipped);

    private bool IsAsync(bool[] needs, int place) => Is(needs, _ways[place].Taken) || Is(needs, _ways[place].Sent);

    private static bool Is(bool[] needs, int place) => place >= 0 && needs[place];
}
