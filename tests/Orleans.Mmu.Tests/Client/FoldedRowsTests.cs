using CsCheck;
using Orleans.Mmu.Client.Rendering;

namespace Orleans.Mmu.Tests.Client;

/// <summary>Neighbours with equal cells share a row.</summary>
public sealed class FoldedRowsTests
{
    [Fact]
    public void Equal_neighbours_share_a_row_that_names_the_first_and_the_last() => Assert.Equal(
        ["boot to 20", "40", "60 to 80"],
        FoldedRows.Of([("boot", ["1"]), ("20", ["1"]), ("40", ["2"]), ("60", ["1"]), ("80", ["1"])])
            .Select(r => r.Name));

    [Fact]
    public void No_cells_are_lost_and_no_neighbours_are_equal() => Gen.Int[0, 2].List[0, 12].ForAll(values =>
    {
        var folded = FoldedRows.Of(values.Select((v, i) => ($"{i}", (string[])[$"{v}"]))).ToList();

        Assert.All(folded.Zip(folded.Skip(1)), p => Assert.NotEqual(p.First.Cells, p.Second.Cells));
        var expanded = folded.SelectMany(r =>
        {
            int[] ends = [.. r.Name.Split(" to ").Select(n => int.Parse(n, null))];
            return Enumerable.Repeat(r.Cells[0], ends[^1] - ends[0] + 1);
        });
        Assert.Equal(values.Select(v => $"{v}"), expanded);
    });
}
