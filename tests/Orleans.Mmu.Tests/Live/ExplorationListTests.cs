using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Grains.Clusters;
using Orleans.Mmu.Interfaces.Calls;
using Orleans.Mmu.Interfaces.Clusters;
using Orleans.Mmu.Silo.Live;
using Orleans.Mmu.Tests.Boot;
using Orleans.Mmu.Tests.Client;
using Orleans.Mmu.Viewer.Live;

namespace Orleans.Mmu.Tests.Live;

/// <summary>The cluster's list of explorations, on two silos.</summary>
public sealed class ExplorationListTests(ExplorationListTests.TwoSilos lab)
    : IClassFixture<ExplorationListTests.TwoSilos>
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Theory]
    [InlineData(ExitCode.Violated, ExplorationState.Violated, "tlb-conflict", "check", "spin", "--cpus", "2")]
    [InlineData(ExitCode.Done, ExplorationState.Holds, null, "check", "reference-park", "--cpus", "3")]
    [InlineData(ExitCode.NotDecided, ExplorationState.NotDecided, null, "check", "reference-park", "--cpus", "5",
        "--memory", "1")]
    public async Task An_exploration_of_a_command_is_listed_with_its_verdict(
        int code, ExplorationState state, string? property, params string[] args)
    {
        var before = (await ListAsync()).Entries.Select(e => e.Told.Key).ToHashSet();
        var run = await CommandRun.WithGrainsAsync(lab.Grains, [.. args, "--silo", "localhost:30000"]);
        Assert.Equal((code, ""), (run.Code, run.Error));

        var entry = Assert.Single((await ListAsync()).Entries, e => !before.Contains(e.Told.Key));
        Assert.Equal((args[1], int.Parse(args[3], null), state, property ?? ""),
            (entry.Told.System, entry.Told.Cpus, entry.Told.State, entry.Told.Property));
        Assert.InRange(entry.Told.States, 1, long.MaxValue);
        Assert.InRange(entry.Changed, entry.Began, DateTimeOffset.MaxValue);
    }

    [Fact]
    public async Task An_exploration_that_goes_on_is_listed_and_its_end_is_final()
    {
        string key = $"{Guid.NewGuid():N}";
        await ReportAsync(new(key, "spin", 3, 17, ExplorationState.Exploring, null));
        Assert.Equal((17L, true), (await EntryAsync(key)) is { } open ? (open.Told.States, open.IsOpen) : default);

        await ReportAsync(new(key, "spin", 3, 29, ExplorationState.Violated, "tlb-conflict"));
        await ReportAsync(new(key, "spin", 3, 20, ExplorationState.Exploring, null));
        var ended = await EntryAsync(key);
        Assert.Equal((29L, ExplorationState.Violated, false), (ended.Told.States, ended.Told.State, ended.IsOpen));
    }

    [Fact]
    public async Task A_leader_that_stops_without_a_verdict_says_so()
    {
        var before = (await ListAsync()).Entries.Select(e => e.Told.Key).ToHashSet();
        await using (ListedExploration.Begin(() => lab.Grains, "spin", 3, () => 5, TimeProvider.System))
        {
        }

        var entry = Assert.Single((await ListAsync()).Entries, e => !before.Contains(e.Told.Key));
        Assert.Equal((ExplorationState.Abandoned, 5L), (entry.Told.State, entry.Told.States));
    }

    [Fact]
    public async Task Where_there_is_no_list_an_exploration_goes_on()
    {
        var listed = ListedExploration.Begin(
            () => throw new InvalidOperationException("no list"), "spin", 3, () => 5, TimeProvider.System);
        await listed.DisposeAsync();
    }

    [Theory]
    [InlineData("", "spin", ExplorationState.Holds)]
    [InlineData("a/b", "spin", ExplorationState.Holds)]
    [InlineData("key", null, ExplorationState.Holds)]
    [InlineData("key", "spin", (ExplorationState)77)]
    public async Task A_report_that_names_nothing_is_refused(string key, string? system, ExplorationState state) =>
        await Assert.ThrowsAsync<RefusedException>(() => ReportAsync(new(key, system!, 3, 1, state, null)));

    [Fact]
    public async Task The_list_has_a_limit_and_keeps_what_goes_on()
    {
        string open = $"{Guid.NewGuid():N}";
        await ReportAsync(new(open, new string('s', 1000), 3, 1, ExplorationState.Exploring, null));
        for (int i = 0; i < ExplorationListGrain.Most + 5; i++)
            await ReportAsync(new($"{Guid.NewGuid():N}", "spin", i + 1, 1, ExplorationState.Holds, null));

        var page = await ListAsync();
        Assert.Equal(ExplorationListGrain.Most, page.Entries.Length);
        Assert.Equal(64, Assert.Single(page.Entries, e => e.Told.Key == open).Told.System.Length);
    }

    [Fact]
    public async Task The_page_shows_what_goes_on_verdicts_and_leaders_that_are_silent()
    {
        var at = DateTimeOffset.UnixEpoch;
        var rows = ExplorationRows.Of(new(
        [
            new(new("a", "spin", 3, 12_345, ExplorationState.Exploring, null), at, at.AddSeconds(50)),
            new(new("b", "live", 2, 1, ExplorationState.Violated, "tlb-conflict"), at, at),
            new(new("c", "park", 0, 1, ExplorationState.Exploring, null), at, at),
        ], at.AddSeconds(60)));
        var none = new MachineListSight([], 0);
        var some = none with { Explorations = rows };

        Assert.NotEqual(none.Mark, some.Mark);
        string html = await some.FragmentAsync();
        Assert.Contains("<th scope=\"row\">spin</th><td>3</td><td>exploring</td>", html, StringComparison.Ordinal);
        Assert.Contains("12,345", html, StringComparison.Ordinal);
        Assert.Contains("<td>2</td><td>violated: tlb-conflict</td>", html, StringComparison.Ordinal);
        Assert.Contains("<td>any</td><td>no word from its leader any more</td>", html, StringComparison.Ordinal);
        Assert.DoesNotContain("Explorations", await none.FragmentAsync(), StringComparison.Ordinal);
    }

    private Task ReportAsync(ExplorationReport report) =>
        lab.Grains.GetGrain<IExplorationWriterGrain>(IExplorationListGrain.OnlyKey).Report(report, None);

    private Task<ExplorationPage> ListAsync() =>
        lab.Grains.GetGrain<IExplorationListGrain>(IExplorationListGrain.OnlyKey).List(None);

    private async Task<ExplorationEntry> EntryAsync(string key) =>
        Assert.Single((await ListAsync()).Entries, e => e.Told.Key == key);

    /// <summary>Two silos in this process.</summary>
    public sealed class TwoSilos() : Lab(2);
}
