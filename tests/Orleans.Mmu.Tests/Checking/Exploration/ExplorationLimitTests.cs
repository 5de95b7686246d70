using Orleans.Mmu.Exploration.Search;

namespace Orleans.Mmu.Tests.Checking.Exploration;

/// <summary>An exploration without end comes to one all the same.</summary>
public class ExplorationLimitTests
{
    [Theory]
    [InlineData(1 << 20)]
    [InlineData(3 << 20)]
    [InlineData(32 << 20)]
    public void It_ends_where_the_memory_ends(long limit)
    {
        var exploration = Explore(_ => { }, new() { MemoryLimit = limit }, CancellationToken.None);

        Assert.Equal(ExplorationEnd.MemoryLimit, exploration.End);
        Assert.InRange(exploration.MemoryBytes, 0, limit);
    }

    // Eight bytes of state, four of origin, and an index that may be caught just after it has grown.
    [Fact]
    public void It_makes_use_of_the_memory_that_it_may_take()
    {
        const long limit = 64 << 20;

        var exploration = Explore(_ => { }, new() { MemoryLimit = limit }, CancellationToken.None);

        Assert.InRange(exploration.States, limit / (3 * (8 + 4 + 12)), limit / (8 + 4));
    }

    [Theory]
    [InlineData(1 << 20)]
    [InlineData(8 << 20)]
    public void Where_it_ends_does_not_depend_on_the_workers(long limit)
    {
        var one = Explore(_ => { }, new() { MemoryLimit = limit, Workers = 1 }, CancellationToken.None);
        var two = Explore(_ => { }, new() { MemoryLimit = limit, Workers = 2 }, CancellationToken.None);

        Assert.Equal((one.States, one.Transitions, one.Depth, one.MemoryBytes),
            (two.States, two.Transitions, two.Depth, two.MemoryBytes));
    }

    [Fact]
    public void Without_any_memory_it_ends_before_it_begins()
    {
        var exploration = Explore(_ => Assert.Fail("asked"), new() { MemoryLimit = 0 }, CancellationToken.None);

        Assert.Equal((ExplorationEnd.MemoryLimit, 0L), (exploration.End, exploration.States));
        Assert.Empty(exploration.Findings);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void What_a_system_throws_is_thrown_to_the_caller(int workers) =>
        Assert.Throws<InvalidTimeZoneException>(() => Explore(
            state =>
            {
                if (state == 100_000)
                    throw new InvalidTimeZoneException();
            },
            new() { Workers = workers },
            CancellationToken.None));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void It_can_be_cancelled(int workers)
    {
        using var cancellation = new CancellationTokenSource();
        int asked = 0;

        Assert.ThrowsAny<OperationCanceledException>(() => Explore(
            _ =>
            {
                if (Interlocked.Increment(ref asked) == 10_000)
                    cancellation.Cancel();
            },
            new() { Workers = workers },
            cancellation.Token));

        // Each worker looks at the token every 64 states, also within a batch.
        Assert.InRange(asked, 10_000, 10_000 + 64 * (workers + 1));
    }

    [Fact]
    public void What_is_cancelled_before_it_begins_does_not_begin()
    {
        using var cancellation = new CancellationTokenSource();
        cancellation.Cancel();

        Assert.ThrowsAny<OperationCanceledException>(
            () => Explore(_ => Assert.Fail("asked"), new(), cancellation.Token));
    }

    private static Exploration<Node> Explore(
        Action<ulong> asked, ExplorerOptions options, CancellationToken cancellationToken) =>
        Explorer.Explore<Node, EndlessSystem>(new(asked), options, cancellationToken);
}
