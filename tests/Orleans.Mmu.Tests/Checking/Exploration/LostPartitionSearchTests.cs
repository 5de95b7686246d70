using CsCheck;
using Orleans.Mmu.Checking.References;
using Orleans.Mmu.Exploration.Partitions;
using Orleans.Mmu.Exploration.Search;

namespace Orleans.Mmu.Tests.Checking.Exploration;

/// <summary>Whichever partitions are lost before whichever messages, the search finds what one process finds.</summary>
public class LostPartitionSearchTests
{
    [Fact]
    public void Graphs_are_explored_as_without_losses() =>
        Gen.Select(GraphSystem.Any, Gen.Int[1, PartitionShape.MaxBatches], Gen.Int[1, 1 << 20], Gen.Int[1, 4])
            .ForAll((graph, batches, seed, losses) => AssertSurvives<Node, GraphSystem>(
                graph, symmetry: false, batches, seed, losses), iter: 300);

    [Fact]
    public void Up_to_symmetry_they_are_too() =>
        Gen.Select(
            GraphSystem.Any.Select(g => new PairSystem(g)), Gen.Int[1, PartitionShape.MaxBatches],
            Gen.Int[1, 1 << 20], Gen.Int[1, 4])
            .ForAll((pair, batches, seed, losses) => AssertSurvives<Node, PairSystem>(
                pair, symmetry: true, batches, seed, losses), iter: 100);

    // Layers of many batches, and a violation whose path leads through lost partitions.
    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(5, 3)]
    [InlineData(16, 4)]
    public void Large_layers_are_explored_as_without_losses(int batches, int losses)
    {
        var violated = new ReferenceSystem(new(2, Parks: false, TwoStep: true, Symmetry: false));
        var holds = new ReferenceSystem(new(3, Parks: true, TwoStep: false, Symmetry: true));
        for (int seed = 1; seed <= 5; seed++)
        {
            AssertSurvives<ReferenceState, ReferenceSystem>(violated, false, batches, seed, losses);
            AssertSurvives<ReferenceState, ReferenceSystem>(holds, true, batches, seed, losses);
        }
    }

    [Fact]
    public async Task A_loss_while_lost_states_are_explored_again_is_survived()
    {
        var system = new ReferenceSystem(new(3, Parks: true, TwoStep: false, Symmetry: false));
        var whole = Partitions<ReferenceState, ReferenceSystem>(system, false, 2, _ => []);
        var here = await whole.ExploreAsync();
        int half = whole.Messages / 2;
        // Every partition in turn, each while those before it are being built anew.
        var held = Partitions<ReferenceState, ReferenceSystem>(
            system, false, 2, n => n >= half && (n - half) % 40 == 0 && (n - half) / 40 < 24 ? [(n - half) / 40 % 8]
                : []);
        AssertSame(here, await held.ExploreAsync());
        Assert.InRange(held.Lost, 8, 24);
    }

    [Fact]
    public async Task All_partitions_at_once_are_explored_from_the_start()
    {
        var system = new ReferenceSystem(new(3, Parks: true, TwoStep: false, Symmetry: true));
        var whole = Partitions<ReferenceState, ReferenceSystem>(system, true, 2, _ => []);
        var here = await whole.ExploreAsync();
        int half = whole.Messages / 2;
        var held = Partitions<ReferenceState, ReferenceSystem>(
            system, true, 2, n => n == half ? Enumerable.Range(1, 7) : []);
        AssertSame(here, await held.ExploreAsync());
        Assert.Equal(7, held.Lost);
    }

    [Fact]
    public async Task Losses_without_end_end_the_search()
    {
        var system = new ReferenceSystem(new(3, Parks: true, TwoStep: false, Symmetry: true));
        var held = Partitions<ReferenceState, ReferenceSystem>(system, true, 2, n => n > 200 ? [n % 8] : []);

        await Assert.ThrowsAsync<PartitionLostException>(held.ExploreAsync);
    }

    private static void AssertSurvives<TState, TSystem>(
        TSystem system, bool symmetry, int batches, int seed, int losses)
        where TState : unmanaged, IEquatable<TState>
        where TSystem : ITransitionSystem<TState>
    {
        var whole = Partitions<TState, TSystem>(system, symmetry, batches, _ => []);
        var here = whole.ExploreAsync().GetAwaiter().GetResult();
        var one = Explorer.Explore<TState, TSystem>(
            system, new() { Symmetry = symmetry, Workers = 1 }, CancellationToken.None);
        AssertSame(one, here);
        var random = new Random(seed);
        // Later ones come while earlier ones are being made up for.
        var moments = Enumerable.Range(0, losses)
            .Select(_ => (Message: random.Next(1, whole.Messages + 1), Number: random.Next(Explorer.Partitions)))
            .ToLookup(m => m.Message, m => m.Number);
        var held = Partitions<TState, TSystem>(system, symmetry, batches, n => moments[n]);
        AssertSame(here, held.ExploreAsync().GetAwaiter().GetResult());
    }

    private static HeldPartitions<TState, TSystem> Partitions<TState, TSystem>(
        TSystem system, bool symmetry, int batches, Func<int, IEnumerable<int>> losses)
        where TState : unmanaged, IEquatable<TState>
        where TSystem : ITransitionSystem<TState> =>
        new(system, symmetry, batches, long.MaxValue, losses);

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
