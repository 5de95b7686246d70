using System.Text.Json;
using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Grains.Cpus;
using Orleans.Mmu.Grains.Machines;
using Orleans.Mmu.Grains.Scenarios;
using Orleans.Mmu.Grains.StopMachine;
using Orleans.Mmu.Grains.Tables;
using Orleans.Mmu.Interfaces.Calls;
using Orleans.Mmu.Interfaces.Machines;
using Orleans.Mmu.Interfaces.Reports;
using Orleans.Mmu.Tests.Boot;

namespace Orleans.Mmu.Tests.Cluster;

/// <summary>mmu cluster remove on a silo: which machines go, and that nothing of them is left.</summary>
public sealed class MachineRemovalTests(ListingLab lab) : IClassFixture<ListingLab>
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task An_open_machine_is_removed_by_force_and_its_client_hears_of_it()
    {
        var (key, boot) = await lab.BeginAsync();
        var removal = lab.RunAsync("remove", key, "--force");
        using var limit = new CancellationTokenSource(TestLimit.Length);
        while ((await lab.Grains.GetGrain<IMachineGrain>(key).GetProgress(None)).Activity != "is being removed")
            await Task.Delay(20, limit.Token);
        lab.Power.Release();
        var refusal = await Assert.ThrowsAsync<RefusedException>(() => boot);
        Assert.Equal($"machine \"{key}\" was removed", refusal.Message);
        var run = await removal;
        Assert.Equal((ExitCode.Done, $"removed {key}\n1 machine removed\n"), (run.Code, run.Out));
        await AssertNothingIsLeftAsync(key);
    }

    [Fact]
    public async Task A_machine_that_is_removed_leaves_nothing()
    {
        var (key, _) = await lab.Boot(Lab.Small("asymmetric"), "idmap-reserved", 1);
        Assert.True(await lab.IsStoredAsync<MachineState>("machine", $"machine/{key}"));
        Assert.True(await lab.IsStoredAsync<RunJournalState>("run", $"runjournal/{key}"));
        Assert.True(await lab.IsStoredAsync<PageTableLog>("page-table-log", $"pagetable/{key}"));
        Assert.True(await lab.IsStoredAsync<CpuGrainState>("cpu", $"cpu/{key}/1"));
        var run = await lab.RunAsync("remove", key, "--json");
        Assert.Equal((ExitCode.Done, ""), (run.Code, run.Error));
        using var json = JsonDocument.Parse(run.Out);
        Assert.Equal(key, Assert.Single(json.RootElement.GetProperty("removed").EnumerateArray()).GetString());
        await AssertNothingIsLeftAsync(key);
    }

    [Fact]
    public async Task Old_machines_are_removed_and_young_and_open_ones_stay()
    {
        var (old, _) = await lab.Boot(Lab.Small("symmetric"), "idmap-reserved", 1);
        var (open, boot) = await lab.BeginAsync();
        lab.Clock.Advance(TimeSpan.FromHours(2));
        var (young, _) = await lab.Boot(Lab.Small("symmetric"), "idmap-reserved", 1);
        var run = await lab.RunAsync("remove", "--older", "1h", "--json");
        Assert.Equal(ExitCode.Done, run.Code);
        using var json = JsonDocument.Parse(run.Out);
        Assert.Contains(json.RootElement.GetProperty("removed").EnumerateArray(), k => k.GetString() == old);
        Assert.Equal(open, Assert.Single(json.RootElement.GetProperty("left").EnumerateArray()).GetString());
        Assert.Contains($"{open} stays: ", run.Error, StringComparison.Ordinal);
        await AssertNothingIsLeftAsync(old);
        Assert.NotNull(await lab.ListedAsync(young));
        lab.Power.Release();
        Assert.Equal(MachineOutcome.Online, (await boot).Report!.Outcome);
    }

    private async Task AssertNothingIsLeftAsync(string key)
    {
        Assert.Null(await lab.ListedAsync(key));
        Assert.False(await lab.IsStoredAsync<MachineState>("machine", $"machine/{key}"), "machine");
        Assert.False(await lab.IsStoredAsync<RunJournalState>("run", $"runjournal/{key}"), "journal");
        Assert.False(await lab.IsStoredAsync<PageTableState>("page-table", $"pagetable/{key}"), "tables");
        Assert.False(await lab.IsStoredAsync<PageTableLog>("page-table-log", $"pagetable/{key}"), "tables' log");
        Assert.False(await lab.IsStoredAsync<ScenarioState>("scenario", $"scenario/{key}"), "scenario");
        for (int cpu = 0; cpu < 8; cpu++)
            Assert.False(
                await lab.IsStoredAsync<CpuGrainState>("cpu", FormattableString.Invariant($"cpu/{key}/{cpu}")), "cpu");
        using var limit = new CancellationTokenSource(TestLimit.Length);
        string[] kinds = ["machine", "runjournal", "pagetable", "stopmachine", "scenario", "cpu"];
        while ((await lab.Grains.GetGrain<IManagementGrain>(0).GetDetailedGrainStatistics()).Any(g =>
            kinds.Contains(g.GrainId.Type.ToString())
            && g.GrainId.Key.ToString()!.StartsWith(key, StringComparison.Ordinal)))
            await Task.Delay(20, limit.Token);
    }
}
