using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Client.Laboratories;
using Orleans.Mmu.Tests.Client;

namespace Orleans.Mmu.Tests.Cluster;

/// <summary>A silo with little memory for work says so, and goes on.</summary>
public sealed class MemoryBudgetTests
{
    private static readonly string[] Large = ["check", "reference-park", "--cpus", "6", "--symmetry", "off"];

    [Fact]
    public async Task An_exploration_that_gets_no_more_memory_is_not_decided_and_gives_it_back()
    {
        var silo = await LoneSilo.StartAsync("--Mmu:BootMemory=33554432");
        using var process = silo.Process;
        await using var laboratory = await silo.ConnectAsync();
        // Twice: the second begins with as much memory as the first.
        for (int i = 0; i < 2; i++)
        {
            var run = await RunAsync(laboratory, Large);
            Assert.Equal(ExitCode.NotDecided, run.Code);
            Assert.Contains("is not decided", run.Out, StringComparison.Ordinal);
        }

        var small = await RunAsync(laboratory, "check", "spin", "--cpus", "2");
        Assert.Equal(ExitCode.Violated, small.Code);
    }

    [Fact]
    public async Task Work_that_does_not_get_the_memory_for_its_beginning_is_refused_in_a_line()
    {
        var silo = await LoneSilo.StartAsync("--Mmu:BootMemory=4096");
        using var process = silo.Process;
        await using var laboratory = await silo.ConnectAsync();
        string trace = Path.Combine(Repository.Root, "tests", "traces", "dmcrypt-seqwrite4k-100Minstr.ktr.zst");
        const string Lack = "explorations and replays take 0 of the 0 MB that this silo has for them, and this needs ";
        foreach (var (beginning, command) in new (string, string[])[]
            { ("reference-park: ", Large), ("the silo refuses the replay: ", ["tlb", trace, "--map", "4K"]) })
        {
            var run = await RunAsync(laboratory, command);
            Assert.Equal((ExitCode.BadInput, ""), (run.Code, run.Out));
            Assert.StartsWith(
                beginning + Lack, run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Last(),
                StringComparison.Ordinal);
        }
    }

    private static Task<CommandRun> RunAsync(ILaboratory laboratory, params string[] command) =>
        CommandRun.WithGrainsAsync(laboratory.Grains, [.. command, "--silo", "localhost:30000"]);
}
