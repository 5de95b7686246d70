using System.Text.Json;
using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Grains.Machines;
using Orleans.Mmu.Interfaces.Clusters;
using Orleans.Mmu.Interfaces.Machines;
using Orleans.Mmu.Interfaces.Reports;
using Orleans.Mmu.Tests.Boot;

namespace Orleans.Mmu.Tests.Cluster;

/// <summary>mmu cluster on a silo: machines are listed and shown.</summary>
public sealed class MachineListTests(ListingLab lab) : IClassFixture<ListingLab>
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task A_machine_and_its_silo_are_listed()
    {
        var (key, _) = await lab.Boot(Lab.Small("asymmetric"), "idmap-reserved", 1);
        var run = await lab.RunAsync("--json");
        Assert.Equal((ExitCode.Done, ""), (run.Code, run.Error));
        using var json = JsonDocument.Parse(run.Out);
        var silo = Assert.Single(json.RootElement.GetProperty("silos").EnumerateArray());
        Assert.Equal("active", silo.GetProperty("status").GetString());
        Assert.True(silo.GetProperty("activations").GetInt32() > 0);
        Assert.Equal("0.2.0", silo.GetProperty("version").GetString());
        var machine = Row(json, key)!.Value;
        Assert.Equal(("online", "repaint"),
            (machine.GetProperty("state").GetString(), machine.GetProperty("mode").GetString()));
        Assert.Equal(silo.GetProperty("address").GetString(), machine.GetProperty("silo").GetString());
        var text = await lab.RunAsync();
        Assert.Contains(text.Out.Split('\n'), l => l.Contains(key, StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_open_machine_is_listed_shown_and_not_removed()
    {
        var (key, boot) = await lab.BeginAsync();
        using var json = JsonDocument.Parse((await lab.RunAsync("--json")).Out);
        Assert.Equal("booting", Row(json, key)!.Value.GetProperty("state").GetString());
        using var shown = JsonDocument.Parse((await lab.RunAsync("show", key, "--json")).Out);
        Assert.Equal("brings up CPUs", shown.RootElement.GetProperty("activity").GetString());
        Assert.Equal(JsonValueKind.Null, shown.RootElement.GetProperty("report").ValueKind);
        Assert.NotEmpty(shown.RootElement.GetProperty("log").EnumerateArray());
        var run = await lab.RunAsync("remove", key);
        Assert.Equal((ExitCode.BadInput, ""), (run.Code, run.Out));
        Assert.Equal($"cluster remove: {key} stays: it boots or runs a scenario (--force cancels that and removes the "
            + "machine)\n", run.Error);
        lab.Power.Release();
        Assert.Equal(MachineOutcome.Online, (await boot).Report!.Outcome);
    }

    [Fact]
    public async Task A_machine_that_was_shown_and_ended_has_its_report()
    {
        var (key, report) = await lab.Boot(Lab.Small("asymmetric"), "idmap-reserved", 3);
        using var json = JsonDocument.Parse((await lab.RunAsync("show", key, "--json")).Out);
        var machine = json.RootElement;
        Assert.Equal(("idle", 1L), (machine.GetProperty("run").GetProperty("phase").GetString(),
            machine.GetProperty("run").GetProperty("epoch").GetInt64()));
        Assert.Equal(0, machine.GetProperty("takenUp").GetInt32());
        Assert.Equal(report.Repaint!.SplitBlocks,
            machine.GetProperty("report").GetProperty("repaint").GetProperty("splitBlocks").GetInt64());
        Assert.Equal(report.Log, machine.GetProperty("log").EnumerateArray().Select(l => l.GetString()!));
    }

    [Theory]
    [InlineData("show")]
    [InlineData("remove")]
    public async Task An_unknown_key_is_one_line(string verb)
    {
        var run = await lab.RunAsync(verb, "nosuch");
        Assert.Equal((ExitCode.BadInput, ""), (run.Code, run.Out));
        Assert.Equal("cluster: expected the key of a machine on localhost:30000, found 'nosuch' (mmu cluster --silo "
            + "localhost:30000 lists them)\n", run.Error);
    }

    [Fact]
    public async Task A_listed_machine_that_does_not_exist_is_shown_once()
    {
        string key = $"lost-{Guid.NewGuid():N}";
        Assert.True(await lab.EnterAsync(key, MachineOutcome.Booting));
        using var first = JsonDocument.Parse((await lab.RunAsync("--json")).Out);
        Assert.Equal("gone", Row(first, key)!.Value.GetProperty("state").GetString());
        using var second = JsonDocument.Parse((await lab.RunAsync("--json")).Out);
        Assert.Null(Row(second, key));
    }

    [Fact]
    public async Task A_machine_that_ended_unheard_is_listed_as_it_is()
    {
        var (key, _) = await lab.Boot(Lab.Small("asymmetric"), "idmap-reserved", 1);
        var part = lab.Grains.GetGrain<IMachineIndexWriterGrain>(MachineIndex.PartOf(key));
        await part.Drop(key, None);
        Assert.True(await lab.EnterAsync(key, MachineOutcome.Booting, epoch: 0));
        using var json = JsonDocument.Parse((await lab.RunAsync("--json")).Out);
        Assert.Equal("online", Row(json, key)!.Value.GetProperty("state").GetString());
        Assert.Equal(MachineOutcome.Online, (await lab.ListedAsync(key))!.Outcome);
    }

    [Fact]
    public async Task A_late_message_does_not_turn_an_entry_back()
    {
        string key = $"late-{Guid.NewGuid():N}";
        await lab.EnterAsync(key, MachineOutcome.Online, epoch: 2);
        await lab.EnterAsync(key, MachineOutcome.Booting, epoch: 2);
        await lab.EnterAsync(key, MachineOutcome.Panic, epoch: 1);
        Assert.Equal(MachineOutcome.Online, (await lab.ListedAsync(key))!.Outcome);
        await lab.Grains.GetGrain<IMachineIndexWriterGrain>(MachineIndex.PartOf(key)).Drop(key, None);
    }

    [Fact]
    public async Task A_part_that_is_full_refuses_the_next_boot_until_storage_forgets_its_machines()
    {
        string[] keys = [.. Enumerable.Range(0, int.MaxValue).Select(i => $"full-{i}")
            .Where(k => MachineIndex.PartOf(k) == "0").Take(ListingLab.InPart + 1)];
        // Others' machines may be in this part.
        lab.Clock.Advance(ListingLab.Kept * 2);
        foreach (string key in keys[..^1])
            Assert.True(await lab.EnterAsync(key, MachineOutcome.Online));
        var machine = lab.Grains.GetGrain<IMachineGrain>(keys[^1]);
        var refused = await machine.Boot(ListingLab.Request, None);
        Assert.Equal("asymmetric: the cluster's list of machines has no place for it: its part has "
            + $"{ListingLab.InPart} machines (Mmu:MachinesListed; mmu cluster remove --older 1h makes room)",
            refused.InputError);
        Assert.False(await lab.IsStoredAsync<MachineState>("machine", $"machine/{keys[^1]}"));
        lab.Clock.Advance(ListingLab.Kept * 2);
        Assert.Null(await lab.ListedAsync(keys[0]));
        Assert.NotNull((await machine.Boot(ListingLab.Request, None)).Report);
    }

    private static JsonElement? Row(JsonDocument json, string key) =>
        json.RootElement.GetProperty("machines").EnumerateArray()
            .Where(m => m.GetProperty("key").GetString() == key).Select(m => (JsonElement?)m).SingleOrDefault();
}
