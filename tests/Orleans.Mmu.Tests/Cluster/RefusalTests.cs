using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Interfaces.Calls;
using Orleans.Mmu.Tests.Client;

namespace Orleans.Mmu.Tests.Cluster;

/// <summary>What a silo refuses is a line and an exit code for its user.</summary>
public sealed class RefusalTests
{
    [Fact]
    public async Task More_calls_than_a_silo_allows_are_refused_in_a_line()
    {
        var silo = await LoneSilo.StartAsync("--Silo:CallsAtOnce=1", "--Silo:CallsWaiting=0");
        using var process = silo.Process;
        await using var laboratory = await silo.ConnectAsync();
        string trace = Path.Combine(Repository.Root, "tests", "traces", "dmcrypt-seqwrite4k-100Minstr.ktr.zst");
        var run = await CommandRun.WithGrainsAsync(
            laboratory.Grains, "tlb", trace, "--map", "4K,2M,64K", "--silo", "localhost:30000");
        Assert.Equal((ExitCode.BadInput, ""), (run.Code, run.Out));
        Assert.Equal(
            "the silo refuses a call: this client has 1 at once and 0 calls waiting (Silo:CallsAtOnce, "
            + "Silo:CallsWaiting)",
            run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Last().TrimEnd());
    }

    [Fact]
    public async Task A_refused_boot_and_one_that_was_overtaken_are_no_mistakes_of_the_program()
    {
        var refused = await CommandRun.WithBootAsync(
            (_, _) => throw new RefusedException("the silo refuses it"), CancellationToken.None, "boot", "asymmetric");
        Assert.Equal((ExitCode.BadInput, "the silo refuses it"), (refused.Code, refused.Error.Trim()));
        var report = await CommandRun.WithScenarioAsync(
            _ => throw new OvertakenException("epoch 1 is over"), "exercise", "asymmetric");
        Assert.Equal(
            (ExitCode.TryAgain, "epoch 1 is over (run the command again)"), (report.Code, report.Error.Trim()));
    }
}
