using CsCheck;
using Orleans.Mmu.Checking.Protocols;
using Orleans.Mmu.Checking.References;
using Orleans.Mmu.Checking.Transitions;
using Orleans.Mmu.Exploration.Partitions;
using Orleans.Mmu.Exploration.Search;

namespace Orleans.Mmu.Tests.Checking.Exploration;

/// <summary>Partitions find what one process finds, path for path.</summary>
public class PartitionedSearchTests
{
    [Fact]
    public void Graphs_are_explored_as_in_one_process() =>
        Gen.Select(GraphSystem.Any, Gen.Int[1, PartitionShape.MaxBatches])
            .ForAll((graph, batches) =>
                AssertSame(Here<Node, GraphSystem>(graph, false), There<Node, GraphSystem>(graph, false, batches)));

    [Fact]
    public void Up_to_symmetry_they_are_too() =>
        Gen.Select(GraphSystem.Any.Select(g => new PairSystem(g)), Gen.Int[1, PartitionShape.MaxBatches])
            .ForAll((pair, batches) =>
                AssertSame(Here<Node, PairSystem>(pair, true), There<Node, PairSystem>(pair, true, batches)));

    // Layers of many batches: the order in which they are taken in decides which of many shortest paths is shown.
    [Theory]
    [InlineData(true, 1)]
    [InlineData(true, 5)]
    [InlineData(false, 16)]
    public void Steps_of_several_batches_show_the_same_path(bool symmetry, int batches)
    {
        var system = new ReferenceSystem(new(symmetry ? 4 : 2, Parks: false, TwoStep: !symmetry, symmetry));

        AssertSame(Here<ReferenceState, ReferenceSystem>(system, symmetry),
            There<ReferenceState, ReferenceSystem>(system, symmetry, batches));
    }

    [Theory]
    [InlineData(2, 1)]
    [InlineData(4, 16)]
    public void Every_protocol_is_explored_as_in_one_process(int cpus, int batches)
    {
        foreach (var protocol in CheckedProtocols.All)
        {
            var system = new MachineSystem(protocol.Model(new()), cpus, protocol.Levels);
            var here = Here<Bits256, MachineSystem>(system, true);
            if (here.States < 50_000)
                AssertSame(here, There<Bits256, MachineSystem>(system, true, batches));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1 << 20)]
    [InlineData(8 << 20)]
    public async Task Where_the_memory_ends_they_end_undecided(long limit)
    {
        var exploration = await HeldPartitions<Node, EndlessSystem>.ExploreAsync(new(_ => { }), false, 1, limit);

        Assert.Equal(ExplorationEnd.MemoryLimit, exploration.End);
        Assert.InRange(exploration.States, 0, limit / (8 + 4));
        // What is on its way when the last state finds no place is in no table.
        Assert.InRange(exploration.MemoryBytes, 0, limit + (2 << 20));
    }

    private static Exploration<TState> Here<TState, TSystem>(TSystem system, bool symmetry)
        where TState : unmanaged, IEquatable<TState>
        where TSystem : ITransitionSystem<TState> =>
        Explorer.Explore<TState, TSystem>(system, new() { Symmetry = symmetry, Workers = 1 }, CancellationToken.None);

    private static Exploration<TState> There<TState, TSystem>(TSystem system, bool symmetry, int batches)
        where TState : unmanaged, IEquatable<TState>
        where TSystem : ITransitionSystem<TState> =>
        HeldPartitions<TState, TSystem>.ExploreAsync(system, symmetry, batches).GetAwaiter().GetResult();

    private static void AssertSame<TState>(Exploration<TState> here, Exploration<TState> there)
        where TState : unmanaged, IEquatable<TState>
    {
        Assert.Equal((here.End, here.States, here.Transitions, here.Depth),
            (there.End, there.States, there.Transitions, there.Depth));
        Assert.Equal(here.Findings.Select(f => f.Property), there.Findings.Select(f => f.Property));
        foreach (var (one, other) in here.Findings.Zip(there.Findings))
            Assert.Equal(one.Path, other.Path);
    }
}
