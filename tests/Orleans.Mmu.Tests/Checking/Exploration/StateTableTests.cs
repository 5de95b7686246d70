using Orleans.Mmu.Exploration.Search;

namespace Orleans.Mmu.Tests.Checking.Exploration;

/// <summary>A table whose states have equal hashes still holds each state once.</summary>
public sealed class StateTableTests
{
    // Fewer than those with which the index grows: then it asks for the states' own hashes.
    private const int States = 150;

    [Theory]
    // The first line, and the last: what it has no room for goes on in the first.
    [InlineData(0)]
    [InlineData(255)]
    // Equal lines, and a part of the hash that is all ones.
    [InlineData(ulong.MaxValue)]
    public void A_line_that_is_full_goes_on_in_the_next(ulong hash)
    {
        var table = new StateTable<ulong>();
        for (int i = 0; i < States; i++)
        {
            Assert.Equal(-1, table.Find((ulong)i, hash));
            Assert.Equal(Addition.New, table.Add((ulong)i, hash, StateId.None, long.MaxValue));
        }

        for (int i = 0; i < States; i++)
        {
            Assert.Equal(i, table.Find((ulong)i, hash));
            Assert.Equal(Addition.Known, table.Add((ulong)i, hash, StateId.None, long.MaxValue));
        }

        Assert.Equal(States, table.Count);
        Assert.Equal(0, table.Seek(hash));
        Assert.True(table.IsAt(table.Seek(hash), 0));
        Assert.False(table.IsAt(table.Seek(hash), 1));
    }
}
