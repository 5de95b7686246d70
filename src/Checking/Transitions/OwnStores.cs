using System.Collections.Immutable;
using System.Numerics;
using Orleans.Mmu.Linux.Protocols;

namespace Orleans.Mmu.Checking.Transitions;

/// <summary>
/// For which of a CPU's stores its DSBs wait. A DSB waits until the observers of its domain see the stores before it:
/// after DSB ISH or ISHST they are performed; after DSB NSH the CPU's own walks see them, and other CPUs may not yet.
/// </summary>
internal sealed class OwnStores
{
    private readonly ImmutableArray<DescriptorStore> _stores;
    private readonly ImmutableArray<int> _seen;
    private readonly ImmutableArray<bool> _waits;

    /// <param name="stores">The stores of the CPU.</param>
    /// <param name="issuedBefore">For each place the stores issued before it, as a mask of the first ones.</param>
    public OwnStores(ProgramGraph graph, ImmutableArray<DescriptorStore> stores, ImmutableArray<uint> issuedBefore)
    {
        _stores = stores;
        Settled = ForwardFlow.Of(graph, (i, step, before) => step is Dsb { ReachesOtherCpus: true }
            ? BitOperations.PopCount(issuedBefore[i]) : before);
        _seen = ForwardFlow.Of(graph, (i, step, before) => step is Dsb
            ? BitOperations.PopCount(issuedBefore[i]) : before);
        AreSeenEarly = Enumerable.Range(0, _seen.Length).Any(
            i => Between(Settled[i], _seen[i], s => s.Word is not null));
        _waits =
        [
            .. graph.Ways.Select((w, i) => w.Step is Dsb dsb
                && (dsb.ReachesOtherCpus || IsLastRelease(Settled[i], BitOperations.PopCount(issuedBefore[i])))),
        ];
    }

    /// <summary>The number of the first stores that are performed at each place, because a DSB has waited.</summary>
    public ImmutableArray<int> Settled { get; }

    /// <summary>Whether the CPU's walks see a store of a descriptor before other CPUs do.</summary>
    public bool AreSeenEarly { get; }

    /// <summary>Whether the DSB at a place ends only once every store before it is performed.</summary>
    public bool WaitsForAll(int place) => _waits[place];

    /// <summary>Memory as the CPU's walks see it at a place.</summary>
    /// <param name="memory"><see cref="ToyState.Memory"/>.</param>
    /// <param name="performed">The CPU's stores that every walker can see.</param>
    /// <param name="layout">Null where only CPU 0 stores, and memory is the mask of its stores.</param>
    public uint Seen(int place, uint memory, uint performed, MemoryLayout? layout)
    {
        for (int i = Settled[place]; i < _seen[place]; i++)
        {
            if (_stores[i].Word is not { } word || (performed >> i & 1) != 0)
                continue;
            memory = layout is null ? memory | _stores[i].Bit : layout.With(memory, word, _stores[i].Content);
        }

        return memory;
    }

    // A last store that releases the other CPUs may be performed at a DSB NSH or later, without a difference that they
    // can see, because they need not see it at once. A DSB that waits for it saves states.
    private bool IsLastRelease(int settled, int issued) =>
        issued == _stores.Length && !Between(settled, issued, s => !s.IsFlag);

    private bool Between(int first, int end, Func<DescriptorStore, bool> condition) =>
        _stores.Skip(first).Take(end - first).Any(condition);
}
