using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Distribution.Searches;
using Orleans.Mmu.Distribution.TlbReplays;
using Orleans.Mmu.Exploration.Partitions;
using Orleans.Mmu.Tests.Client;
using Orleans.Mmu.Tests.Costs.MemoryTraces;

namespace Orleans.Mmu.Tests.Boot;

/// <summary>
/// Silos are killed or stopped at steps of a search that follow from seeds, and the command says what one process says.
/// </summary>
public sealed partial class SurvivedSearchTests
{
    private static readonly string[] Holds = ["check", "reference-park", "--cpus", "5", "--json"];
    private static readonly string[] Violated =
        ["check", "reference-live", "--cpus", "2", "--two-step", "--symmetry", "off", "--json"];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task A_silo_that_is_killed_at_a_step_changes_nothing(int seed)
    {
        var random = new Random(seed);
        string[] check = seed % 2 == 0 ? Holds : Violated;
        await AssertSameAsync(check, silos: 3, (n: random.Next(1, 20), stop: false, choice: random.Next(3)));
    }

    [Fact]
    public Task Two_silos_that_are_killed_one_after_the_other_change_nothing() =>
        AssertSameAsync(Holds, silos: 3, (n: 5, stop: false, choice: 2), (n: 12, stop: false, choice: 0));

    [Fact]
    public Task Silos_that_are_stopped_change_nothing() =>
        AssertSameAsync(Violated, silos: 3, (n: 4, stop: true, choice: 1), (n: 11, stop: true, choice: 1));

    [Fact]
    public async Task A_silo_that_is_killed_while_states_are_explored_again_changes_nothing()
    {
        await using var cluster = await DyingSilos.StartAsync(3);
        var here = await CommandRun.WithoutSiloAsync(Holds);
        int killed = 0;
        var grains = GrainDetour.Around<IPartitionGrain>(cluster.Grains, async (_, method, argument, call) =>
        {
            bool isFirst = method == nameof(IPartitionGrain.Step) && argument is PartitionOrder { Ordinal: 9 };
            bool isSecond = method == nameof(IPartitionGrain.Resend) && argument is PartitionOrder { Ordinal: 4 };
            if ((isFirst && Interlocked.CompareExchange(ref killed, 1, 0) == 0)
                || (isSecond && Interlocked.CompareExchange(ref killed, 2, 1) == 1))
                await cluster.KillAsync(1);
            await call();
        });
        AssertSame(here, await CommandRun.WithGrainsAsync(grains, [.. Holds, "--silo", "localhost:30000"]));
        Assert.Equal(2, killed);
    }

    [Fact]
    public async Task A_replay_reads_its_trace_again_for_what_was_lost()
    {
        await using var cluster = await DyingSilos.StartAsync(2);
        var directory = Directory.CreateTempSubdirectory("mmu");
        try
        {
            string file = Path.Combine(directory.FullName, "t.ktr");
            await File.WriteAllBytesAsync(file, Trace());
            string[] sweep = ["tlb", file, "--sweep", "--map", "4K,2M,symmetric", "--json"];
            var here = await CommandRun.WithoutSiloAsync(sweep);
            int killed = 0;
            var grains = GrainDetour.Around<ITracedCpuGrain>(cluster.Grains, async (_, _, argument, call) =>
            {
                if (argument is TraceBatch { Ordinal: 2 } && Interlocked.Exchange(ref killed, 1) == 0)
                    await cluster.KillAsync(1);
                await call();
            });
            var there = await CommandRun.WithGrainsAsync(grains, [.. sweep, "--silo", "localhost:30000"]);
            Assert.Equal((ExitCode.Done, 1), (here.Code, killed));
            Assert.Equal((here.Code, here.Out), (there.Code, there.Out));
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private static async Task AssertSameAsync(
        string[] check, short silos, params (int n, bool stop, int choice)[] ends)
    {
        await using var cluster = await DyingSilos.StartAsync(silos);
        var here = await CommandRun.WithoutSiloAsync(check);
        int ended = 0;
        var stopping = new ConcurrentBag<Task>();
        var grains = GrainDetour.Around<IPartitionGrain>(cluster.Grains, async (_, method, argument, call) =>
        {
            int next = Volatile.Read(ref ended);
            if (next < ends.Length && method == nameof(IPartitionGrain.Step)
                && argument is PartitionOrder { Receivers: PartitionOrder.All } order && order.Ordinal == ends[next].n
                && Interlocked.CompareExchange(ref ended, next + 1, next) == next)
            {
                // A silo that stops waits for calls in progress, and so must not be waited for by one.
                if (ends[next].stop)
                    stopping.Add(cluster.StopAsync(ends[next].choice));
                else
                    await cluster.KillAsync(ends[next].choice);
            }

            await call();
        });
        AssertSame(here, await CommandRun.WithGrainsAsync(grains, [.. check, "--silo", "localhost:30000"]));
        await Task.WhenAll(stopping);
        Assert.Equal(ends.Length, ended);
    }

    private static void AssertSame(CommandRun here, CommandRun there)
    {
        Assert.True(here.Code == there.Code, there.Error);
        Assert.Equal(Measured().Replace(here.Out, ""), Measured().Replace(there.Out, ""));
    }

    // Several batches of pages that no short list holds.
    private static byte[] Trace()
    {
        var trace = new KtrText();
        var random = new Random(7);
        for (int i = 0; i < 50_000; i++)
            trace.Cpu(i & 3).Instructions(0xffff800008000000 + ((ulong)random.Next(2000) << 12), 20)
                .Data(0xffff000000000000 + ((ulong)random.Next(5000) << 12));
        return trace.ToArray();
    }

    // How long it took, and in which memory.
    [GeneratedRegex("\"(seconds|memoryBytes)\": [^,\n]*")]
    private static partial Regex Measured();
}
