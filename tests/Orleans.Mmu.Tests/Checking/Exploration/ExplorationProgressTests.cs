using Microsoft.Extensions.Time.Testing;
using Orleans.Mmu.Checking.References;
using Orleans.Mmu.Exploration.Search;

namespace Orleans.Mmu.Tests.Checking.Exploration;

/// <summary>Progress is reported twice a second; only the systems move the clock.</summary>
public class ExplorationProgressTests
{
    [Fact]
    public void It_is_told_at_most_twice_a_second_and_hardly_less()
    {
        const int states = 20_000;
        using var cancellation = new CancellationTokenSource();
        var heard = new Reports();
        var time = new FakeTimeProvider();
        int asked = 0;
        var system = new EndlessSystem(_ =>
        {
            time.Advance(TimeSpan.FromMilliseconds(1));
            if (++asked == states)
                cancellation.Cancel();
        });

        Assert.ThrowsAny<OperationCanceledException>(() =>
            Explorer.Explore<Node, EndlessSystem>(
                system, new() { Workers = 1, Progress = heard, Time = time }, cancellation.Token));

        // 20 s; a round of all shards takes up to 2 s of this slow system.
        Assert.InRange(heard.All.Count, 20 / 3, 20 * 2);
        Assert.All(heard.All.Zip(heard.All.Skip(1)),
            p => Assert.True(p.First.States < p.Second.States && p.First.Depth <= p.Second.Depth));
        Assert.All(heard.All,
            p => Assert.True(p.Frontier > 0 && p.Frontier < p.States && p.StatesPerSecond > 0 && p.MemoryBytes > 0));
    }

    [Fact]
    public void It_is_told_while_liveness_is_looked_for()
    {
        var heard = new Reports();
        var time = new FakeTimeProvider();
        var system = new SlowSystem(new ReferenceSystem(new(3, Parks: true)), time);

        var exploration = Explorer.Explore<ReferenceState, SlowSystem>(
            system, new() { Workers = 1, Progress = heard, Time = time }, CancellationToken.None);

        Assert.Contains(heard.All, p => p.Frontier == 0 && p.States == exploration.States);
        Assert.Equal(time.GetUtcNow() - time.Start, exploration.Elapsed);
    }

    private sealed class Reports : IProgress<ExplorationProgress>
    {
        public List<ExplorationProgress> All { get; } = [];

        public void Report(ExplorationProgress value) => All.Add(value);
    }

    // Each state takes it a millisecond.
    private sealed class SlowSystem(ReferenceSystem system, FakeTimeProvider time) : ITransitionSystem<ReferenceState>
    {
        public ReferenceState Initial => system.Initial;

        public void Successors(in ReferenceState state, SuccessorBuffer<ReferenceState> into)
        {
            time.Advance(TimeSpan.FromMilliseconds(1));
            system.Successors(state, into);
        }

        public ulong Violations(in ReferenceState state) => system.Violations(state);

        public bool IsFinal(in ReferenceState state) => system.IsFinal(state);

        public ReferenceState Canonical(in ReferenceState state) => system.Canonical(state);
    }
}
