using Orleans.Mmu.Linux.Costs;

namespace Orleans.Mmu.Tests.Costs.Parameters;

/// <summary>The kinds of operations.</summary>
public sealed class OperationCountsTests
{
    [Fact]
    public void The_parts_are_the_whole_whatever_was_counted()
    {
        // A different number for each kind, also for one that is added later.
        object counts = new OperationCounts();
        var kinds = typeof(OperationCounts).GetProperties().Where(p => p.PropertyType == typeof(long)).ToList();
        foreach (var (i, kind) in kinds.Index())
            kind.SetValue(counts, 1L << i);

        var parts = ((OperationCounts)counts).Parts;

        Assert.Equal(kinds.Count, parts.Length);
        Assert.Equal((OperationCounts)counts, parts.Aggregate(default(OperationCounts), (sum, p) => sum + p.Counts));
        Assert.All(parts, p => Assert.True(long.IsPow2(p.Count)));
        Assert.Equal(parts.Length, parts.Select(p => p.Name).Distinct().Count());
    }
}
