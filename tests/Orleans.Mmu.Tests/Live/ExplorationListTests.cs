using Orleans.Mmu.Checking.Places;
using Orleans.Mmu.Distribution.Searches;
using Orleans.Mmu.Exploration.Partitions;
using Orleans.Mmu.Viewer.Live;

namespace Orleans.Mmu.Tests.Live;

/// <summary>The explorations that a silo takes part in.</summary>
public sealed class ExplorationListTests
{
    private static readonly ExploredSystem Spin = new("spin", 3);

    [Fact]
    public void Partitions_are_summed_while_they_are_here_and_the_last_sum_remains()
    {
        var searches = new HeldSearches(TimeProvider.System);
        searches.Begin("a", 0, Spin);
        searches.Begin("a", 3, Spin);
        searches.Count("a", 0, Counts(states: 10, unexpanded: 2));
        searches.Count("a", 3, Counts(states: 5, unexpanded: 0));
        Assert.Equal(("spin", 3, 2, 15L, SearchState.Expanding, false), Row(searches.Newest().Single()));

        searches.Count("a", 0, Counts(states: 12, unexpanded: 0));
        Assert.Equal(("spin", 3, 2, 17L, SearchState.Expanded, false), Row(searches.Newest().Single()));

        searches.Count("a", 3, Counts(states: 6, unexpanded: 0) with { Found = [new(0, 1, 2)] });
        searches.Leave("a", 0);
        searches.Leave("a", 0);
        Assert.Equal(("spin", 3, 1, 18L, SearchState.Expanded, true), Row(searches.Newest().Single()));
        searches.Leave("a", 3);
        searches.Leave("a", 3);
        Assert.Equal(("spin", 3, 0, 18L, SearchState.Over, true), Row(searches.Newest().Single()));
    }

    [Fact]
    public void What_was_never_begun_is_in_no_list()
    {
        var searches = new HeldSearches(TimeProvider.System);
        searches.Count("a", 0, Counts(1, 1));
        searches.Leave("a", 0);
        Assert.Empty(searches.Newest());
    }

    [Fact]
    public void Only_the_newest_that_are_over_are_remembered()
    {
        var searches = new HeldSearches(TimeProvider.System);
        for (int i = 0; i < HeldSearches.MostOver + 5; i++)
        {
            searches.Begin($"{i}", 0, new("spin", i));
            searches.Leave($"{i}", 0);
        }

        var cpus = searches.Newest().Select(s => s.Cpus).ToList();
        Assert.Equal(HeldSearches.MostOver, cpus.Count);
        Assert.Equal(5, cpus.Min());
    }

    [Fact]
    public async Task The_list_of_machines_shows_them_and_changes_with_them()
    {
        var none = new MachineListSight([], 0);
        var some = none with
        {
            Explorations = [new("spin", 3, DateTimeOffset.UnixEpoch, 4, 12_345, "no violation found so far")],
        };

        Assert.NotEqual(none.Mark, some.Mark);
        string html = await some.FragmentAsync();
        Assert.Contains("<th scope=\"row\">spin</th><td>3</td>", html, StringComparison.Ordinal);
        Assert.Contains("12,345", html, StringComparison.Ordinal);
        Assert.DoesNotContain("Explorations", await none.FragmentAsync(), StringComparison.Ordinal);
    }

    private static PartitionCounts Counts(long states, int unexpanded) =>
        PartitionCounts.None with { States = states, Unexpanded = unexpanded };

    private static (string, int, int, long, SearchState, bool) Row(HeldSearch search) =>
        (search.System, search.Cpus, search.Partitions, search.States, search.State, search.IsViolated);
}
