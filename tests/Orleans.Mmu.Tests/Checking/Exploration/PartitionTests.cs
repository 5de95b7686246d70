using Orleans.Mmu.Arm.BreakBeforeMake;
using Orleans.Mmu.Checking.ExploredPartitions;
using Orleans.Mmu.Checking.Places;
using Orleans.Mmu.Checking.Protocols;
using Orleans.Mmu.Exploration.Partitions;
using Orleans.Mmu.Exploration.Search;

namespace Orleans.Mmu.Tests.Checking.Exploration;

/// <summary>A partition knows a repeat, and refuses what it cannot know or what cannot be.</summary>
public class PartitionTests
{
    private const long Limit = 1 << 20;
    private static readonly ExploredSystem System = new("reference-park", 3);

    [Fact]
    public void Only_the_next_step_is_done()
    {
        var partition = Make(0);

        Assert.Null(Step(partition, 2));
        Assert.Equal(1, Step(partition, 1)!.Ordinal);
        Assert.Null(Step(partition, 1));
        Assert.Null(Step(partition, 3));
    }

    [Fact]
    public void What_was_sent_and_never_came_is_missed()
    {
        var (first, parcels) = AfterFirstStep();
        int to = Enumerable.Range(0, Explorer.Partitions).First(i => i != first && parcels[i].Length > 0);
        var partition = Make(to);
        Step(partition, 1);
        int[] expected = new int[Explorer.Partitions];
        expected[first] = parcels[to].Length;

        Assert.Null(partition.Step(new(2, true, [.. expected]), CancellationToken.None));
        Assert.True(partition.Receive(1, first, parcels[to]));
        Assert.True(partition.Receive(1, first, parcels[to]));
        Assert.Equal(4, partition.Step(new(2, true, [.. expected]), CancellationToken.None)!.Count());
        Assert.True(partition.Counts.States > 0);
        long states = partition.Counts.States;
        // Long taken in: a late repeat is no news.
        Assert.True(partition.Receive(1, first, parcels[to]));
        Assert.Equal(states, partition.Counts.States);
        Assert.False(partition.Receive(4, first, parcels[to]));
    }

    [Fact]
    public void What_is_no_parcel_is_refused()
    {
        var (first, parcels) = AfterFirstStep();
        int to = Enumerable.Range(0, Explorer.Partitions).First(i => i != first && parcels[i].Length > 0);
        byte[] good = parcels[to];
        byte[] huge = [.. good];
        huge[3] = 0x7f;
        byte[] negative = [.. good];
        negative[3] = 0xff;
        byte[][] bads = [[1], good[..^1], [.. good, 0], huge, negative, new byte[100_000_000]];
        foreach (byte[] bad in bads)
            Assert.Throws<ArgumentException>(() => Make(to).Receive(1, first, bad));
        Assert.Throws<ArgumentException>(() => Make((to + 1) % Explorer.Partitions is var i && i == first
            ? (i + 1) % Explorer.Partitions : i).Receive(1, first, good));
        foreach (int from in new[] { -1, to, Explorer.Partitions })
            Assert.Throws<ArgumentException>(() => Make(to).Receive(1, from, good));
    }

    [Fact]
    public void Systems_that_cannot_be_are_refused()
    {
        var levels = CheckedProtocols.Find("spin")!.Levels;
        ExploredSystem[] bad =
        [
            new("hope", 2), new("", 2), new("reference-park", 1), new("reference-park", 9), new("reference-park", -1),
            new("reference-park", int.MaxValue),
            new("spin", 0, Levels: levels), new("spin", 8, Levels: levels), new("spin", 2), new("spin", 2, Levels: []),
            new("spin", 2, Levels: [(BbmLevel)4]), new("spin", 2, Levels: [(BbmLevel)(-1)]),
            new("spin", 2, Levels: [.. Enumerable.Repeat(BbmLevel.Level0, 8)]),
        ];
        foreach (var system in bad)
            Assert.Throws<ArgumentException>(() => system.ToPartition(new(0, true, 1, Limit)));
        PartitionShape[] shapes = [new(-1, true, 1, Limit), new(8, true, 1, Limit), new(0, true, 0, Limit),
            new(0, true, 17, Limit), new(0, true, 1, -1)];
        foreach (var shape in shapes)
            Assert.Throws<ArgumentException>(() => System.ToPartition(shape));
    }

    [Fact]
    public void What_nobody_knows_is_not_answered()
    {
        var partition = Make(0);
        Step(partition, 1);

        Assert.Null(partition.State(1, -1));
        Assert.Null(partition.State(1, 1 << 20));
        Assert.Null(partition.State(2, 0));
        Assert.Null(partition.Judge(new(0, 0, -1)));
        Assert.Null(partition.Judge(new(1, 1, -1)));
        Assert.Null(partition.Judge(new(1, -1, -1)));
        Assert.Null(partition.Judge(new(1, 0, 1 << 20)));
        Assert.Null(partition.Judge(new(1, 0, -2)));
        Assert.Null(partition.Answer(2, []));
        Assert.Throws<ArgumentException>(() => partition.Answer(1, [1]));
        Assert.Throws<ArgumentException>(() => partition.Answer(1, new byte[16]));
        Assert.Throws<ArgumentException>(() => partition.Learn(1, [1]));
    }

    private static IPartition Make(int number) => System.ToPartition(new(number, Symmetry: false, Batches: 2, Limit));

    private static PartitionCounts? Step(IPartition partition, long ordinal)
    {
        if (partition.Step(
            new(ordinal, true, [.. new int[Explorer.Partitions]]), CancellationToken.None) is not { } pieces)
            return null;
        Assert.Equal(4, pieces.Count());
        return partition.Counts;
    }

    // The partition that the initial state belongs to, with what it found for the others.
    private static (int Number, IReadOnlyList<byte[]> Parcels) AfterFirstStep()
    {
        int first = Enumerable.Range(0, Explorer.Partitions).Single(i => Make(i).Counts.States == 1);
        var partition = Make(first);
        Step(partition, 1);
        return (first, partition.TakeParcels());
    }
}
