using System.Text.Json;
using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Client.Rendering;
using Orleans.Mmu.Client.Results;
using Orleans.Mmu.Client.Terminals;
using Orleans.Mmu.Interfaces.Clusters;
using Orleans.Mmu.Interfaces.Machines;
using Orleans.Mmu.Interfaces.Reports;

namespace Orleans.Mmu.Tests.Client;

/// <summary>What mmu cluster prints, and what it refuses before a silo is asked.</summary>
public sealed class ClusterCommandTests
{
    private static readonly TextStyle Pipe = new(Terminal.PipeWidth, Colour: false, Boxes: false);

    private static readonly DateTimeOffset Start = new(2026, 11, 28, 9, 0, 0, TimeSpan.Zero);

    private static readonly MachineEntry Online = new()
    {
        Key = "asymmetric-0123456789abcdef0123456789abcdef",
        Machine = "asymmetric",
        Cpus = 8,
        Outcome = MachineOutcome.Online,
        Mode = "repaint",
        Began = Start,
        Changed = Start.AddSeconds(3),
        Silo = "127.0.0.1:11111",
        Epoch = 2,
    };

    private static readonly ClusterPage Page = new(
        [
            new("127.0.0.1:11111", "Active", 1234, Start.AddDays(-3), "0.2.0"),
            new("127.0.0.1:11112", "ShuttingDown", null, Start.AddDays(-1), null),
        ],
        [
            new(Online, IsGone: false),
            new(Online with { Key = "b\u202e\n1", Outcome = MachineOutcome.Booting, Mode = null }, IsGone: false),
            new(Online with { Key = "c", Outcome = MachineOutcome.Booting, Mode = null, Cpus = 2048 }, IsGone: true),
        ],
        More: 1200);

    private static readonly MachineDetails Ended = new()
    {
        Entry = Online,
        Protocol = "spin",
        Seed = 7,
        TakenUp = 1,
        Progress = BootProgress.Waiting,
        RunPhase = "Idle",
        RunEpoch = 2,
        Report = SampleReports.Spin,
        Log = SampleReports.Spin.Log,
    };

    private static readonly MachineDetails Open = Ended with
    {
        Entry = Online with { Outcome = MachineOutcome.Booting, Mode = null },
        Progress = new("splits\u001b[31m blocks", 1000, 2030),
        RunPhase = "Changing",
        Report = null,
        Log = ["[    0.000000] Booting Linux", "[    0.1] \u001b[31m red"],
    };

    [Fact]
    public void List_as_text() => Check("cluster-list", ClusterText.Render(Page, Pipe));

    [Fact]
    public void List_as_json() => CheckJson("cluster-list-json", ClusterJson.Render(Page));

    [Fact]
    public void Removals_as_text() =>
        Check("cluster-removed", ClusterText.Render(new ClusterRemovals([Online.Key, "b\n1"], ["c"])));

    [Fact]
    public void Removals_as_json() =>
        CheckJson("cluster-removed-json", ClusterJson.Render(new ClusterRemovals([Online.Key, "b"], ["c"])));

    [Fact]
    public void An_open_machine_as_text() => Check("cluster-show-open", MachineDetailsText.Render(Open, Pipe));

    [Fact]
    public void An_ended_machine_as_text() => Check("cluster-show-ended", MachineDetailsText.Render(Ended, Pipe));

    [Fact]
    public void An_open_machine_as_json() => CheckJson("cluster-show-open-json", MachineDetailsJson.Render(Open));

    [Fact]
    public void An_ended_machine_as_json() => CheckJson("cluster-show-ended-json", MachineDetailsJson.Render(Ended));

    [Theory]
    [InlineData("cluster: expected --silo HOST:PORT, found none (see mmu cluster --help)", "cluster")]
    [InlineData("cluster: expected --silo HOST:PORT, found none (see mmu cluster --help)", "cluster", "show", "a")]
    [InlineData("show: expected KEY, found none (see mmu cluster show --help)",
        "cluster", "show")]
    [InlineData("cluster remove: expected KEY or --older, found neither (see mmu cluster remove --help)",
        "cluster", "remove")]
    [InlineData("cluster remove: expected KEY or --older, found both (see mmu cluster remove --help)",
        "cluster", "remove", "a", "--older", "1h")]
    [InlineData("--older: expected an age such as 90s, 30m, 1h or 7d, found '1y' (see mmu cluster remove --help)",
        "cluster", "remove", "--older", "1y")]
    [InlineData("--older: expected an age such as 90s, 30m, 1h or 7d, found '-1h' (see mmu cluster remove --help)",
        "cluster", "remove", "--older=-1h")]
    [InlineData("cluster: expected a machine's key of " + MachineKey.Rule + ", found 'a/b'",
        "cluster", "show", "a/b", "--silo", "localhost:1")]
    public async Task Bad_usage_is_one_line(string line, params string[] args)
    {
        var run = await CommandRun.WithoutSiloAsync(args);
        Assert.Equal((ExitCode.BadInput, "", line + "\n"), (run.Code, run.Out, run.Error));
    }

    [Fact]
    public async Task A_cluster_that_does_not_answer_ends_in_5()
    {
        var run = await CommandRun.WithGrainsAsync(AnsweringProxy.Of<IGrainFactory>((_, _) =>
            AnsweringProxy.Of<ISilosGrain>((_, _) => throw new TimeoutException("late"))),
            "cluster", "--silo", "localhost:30000");
        Assert.Equal((ExitCode.TryAgain, "", "no silo has answered (run the command again)\n"),
            (run.Code, run.Out, run.Error));
    }

    private static void Check(string name, string text)
    {
        Golden.Check(name, text);
        Assert.True(text.All(c => c is '\n' or (>= ' ' and <= '~')), "a pipe gets plain ASCII");
    }

    private static void CheckJson(string name, string json)
    {
        Golden.Check(name, json);
        JsonDocument.Parse(json).Dispose();
    }
}
