using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Distribution.Searches;
using Orleans.Mmu.Exploration.Partitions;
using Orleans.Mmu.Exploration.Search;
using Orleans.Mmu.Testing.Faults;
using Orleans.Mmu.Tests.Client;

namespace Orleans.Mmu.Tests.Boot;

/// <summary>States on the grains of two silos: mmu check --silo says what mmu check says.</summary>
[Collection(nameof(TwoSilos))]
public sealed partial class PartitionGrainTests(TwoSilos lab) : IDisposable
{
    private static readonly string[] Violated =
        ["check", "reference-live", "--cpus", "2", "--two-step", "--symmetry", "off", "--json"];

    public void Dispose() => lab.Faults.Reset();

    [Theory]
    [InlineData("reference-park", "--cpus", "4", "--symmetry", "off")]
    [InlineData("reference-park", "--cpus", "5")]
    [InlineData("reference-park", "--any-cpus")]
    [InlineData("reference-live", "--cpus", "2", "--two-step", "--symmetry", "off")]
    [InlineData("reference-live", "--cpus", "4")]
    [InlineData("spin", "--cpus", "2")]
    [InlineData("spin", "--cpus", "3", "--symmetry", "off", "--cnp", "off")]
    [InlineData("spin", "--any-cpus")]
    [InlineData("idmap-reserved", "--cpus", "5", "--strict")]
    [InlineData("idmap-reserved", "--any-cpus")]
    [InlineData("contiguous-fold", "--levels", "2")]
    [InlineData("allocator-lock")]
    [InlineData("allocator-lock", "--any-cpus")]
    [InlineData("set-memory-ro", "--erratum", "repeat-tlbi")]
    [InlineData("docs/examples/early-release.protocol", "--cpus", "3")]
    public async Task What_is_said_is_what_one_process_says(params string[] what)
    {
        // A file is named from the repository's root.
        string[] check = ["check", .. what.Select(
            w => w.StartsWith("docs/", StringComparison.Ordinal) ? Path.Combine(Repository.Root, w) : w), "--json"];
        var here = await CommandRun.WithoutSiloAsync(check);
        var there = await CommandRun.WithGrainsAsync(lab.Grains, [.. check, "--silo", "localhost:30000"]);

        Assert.True(here.Code is ExitCode.Done or ExitCode.Violated or ExitCode.NotDecided, here.Error);
        Assert.Equal((here.Code, ""), (there.Code, WithoutProgress(there.Error)));
        Assert.Equal(Measured().Replace(here.Out, ""), Measured().Replace(there.Out, ""));
    }

    [Fact]
    public async Task Without_memory_it_is_not_decided()
    {
        var run = await CommandRun.WithGrainsAsync(
            lab.Grains, "check", "idmap-reserved", "--cpus", "6", "--memory", "1", "--silo", "localhost:30000");

        Assert.Equal(ExitCode.NotDecided, run.Code);
        Assert.Contains("is not decided", run.Out, StringComparison.Ordinal);
        Assert.Contains("filled the memory that was allowed", run.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_network_that_repeats_delays_and_loses_changes_no_count(int seed)
    {
        string[][] checks =
            [Violated, ["check", "idmap-reserved", "--cpus", "4", "--json"], ["check", "allocator-lock", "--json"]];
        foreach (string[] check in checks)
        {
            var clear = await CommandRun.WithoutSiloAsync(check);
            lab.Faults.Reset();
            lab.Faults.Fate = Weather(seed);
            var calls = new ConcurrentDictionary<string, int>();
            // A client's calls come twice, or their answers are lost, but never twice running.
            var grains = GrainDetour.Around<IPartitionGrain>(lab.Grains, async (key, _, _, call) =>
            {
                int n = (calls.AddOrUpdate(key, 1, (_, c) => c + 1) + seed) % 7;
                await call();
                if (n == 3)
                    await call();
                if (n == 5)
                    throw new TimeoutException("the answer was lost");
            });
            var faulty = await CommandRun.WithGrainsAsync(grains, [.. check, "--silo", "localhost:30000"]);

            Assert.True(lab.Faults.Met > 0);
            Assert.Equal((clear.Code, ""), (faulty.Code, WithoutProgress(faulty.Error)));
            Assert.Equal(Measured().Replace(clear.Out, ""), Measured().Replace(faulty.Out, ""));
        }
    }

    [Theory]
    [InlineData(nameof(IPartitionGrain.Begin), 0)]
    [InlineData(nameof(IPartitionGrain.Step), 1)]
    [InlineData(nameof(IPartitionGrain.Step), 9)]
    [InlineData(nameof(IPartitionGrain.Judge), 3)]
    [InlineData(nameof(IPartitionGrain.GetState), 0)]
    public async Task A_partition_that_forgets_is_explored_again(string method, int after)
    {
        string[] check = method == nameof(IPartitionGrain.Judge) ? ["check", "idmap-reserved", "--cpus", "4", "--json"]
            : Violated;
        var here = await CommandRun.WithoutSiloAsync(check);
        var calls = new ConcurrentDictionary<(string Key, string Method), int>();
        int forgotten = 0;
        var grains = GrainDetour.Around<IPartitionGrain>(lab.Grains, async (key, called, _, call) =>
        {
            bool isIt = called == method
                && (key.EndsWith("/3", StringComparison.Ordinal) || method == nameof(IPartitionGrain.GetState));
            if (isIt && calls.AddOrUpdate((key, called), 1, (_, n) => n + 1) == after + 1)
            {
                Interlocked.Increment(ref forgotten);
                await lab.Grains.GetGrain<IPartitionGrain>(key).Forget(CancellationToken.None);
            }

            await call();
        });
        var there = await CommandRun.WithGrainsAsync(grains, [.. check, "--silo", "localhost:30000"]);

        Assert.True(forgotten > 0);
        AssertSame(here, there);
    }

    // A late repeat of the first message makes an empty partition where a full one was lost.
    [Fact]
    public async Task A_partition_that_begins_anew_in_the_middle_is_no_substitute()
    {
        string[] check = ["check", "spin", "--cpus", "2", "--json"];
        var here = await CommandRun.WithoutSiloAsync(check);
        object? setup = null;
        int begun = 0;
        var grains = GrainDetour.Around<IPartitionGrain>(lab.Grains, async (key, called, argument, call) =>
        {
            setup ??= called == nameof(IPartitionGrain.Begin) ? argument : null;
            if (argument is PartitionOrder { Ordinal: 2, Epoch: 0 } && key.EndsWith("/3", StringComparison.Ordinal)
                && Interlocked.Exchange(ref begun, 1) == 0)
            {
                var partition = lab.Grains.GetGrain<IPartitionGrain>(key);
                await partition.Forget(CancellationToken.None);
                Assert.Null(await partition.Begin((PartitionSetup)setup!, CancellationToken.None));
                Assert.NotNull(
                    await partition.Step(new(1, true, [.. new int[Explorer.Partitions]]), CancellationToken.None));
            }

            await call();
        });
        AssertSame(here, await CommandRun.WithGrainsAsync(grains, [.. check, "--silo", "localhost:30000"]));
        Assert.Equal(1, begun);
    }

    [Fact]
    public async Task Who_is_cancelled_leaves_nothing_behind()
    {
        using var cancel = new CancellationTokenSource();
        var keys = new ConcurrentBag<string>();
        var grains = GrainDetour.Around<IPartitionGrain>(lab.Grains, async (key, _, argument, call) =>
        {
            keys.Add(key);
            if (argument is PartitionOrder { Ordinal: 6 })
                await cancel.CancelAsync();
            await call();
        });
        var run = await CommandRun.WithGrainsAsync(grains, cancel.Token, "check", "reference-park", "--cpus", "5",
            "--symmetry", "off", "--silo", "localhost:30000");

        Assert.Equal((ExitCode.Cancelled, "cancelled\n".ReplaceLineEndings()), (run.Code, WithoutProgress(run.Error)));
        foreach (string key in keys.Distinct())
            Assert.Null(await lab.Grains.GetGrain<IPartitionGrain>(key).GetState(5, 0, CancellationToken.None));
    }

    // Seven partitions call one at a time: whose answer is lost does not lose the next one, too.
    private static Func<string, string, Fault> Weather(int seed)
    {
        var calls = new ConcurrentDictionary<(string, string), int>();
        return (method, target) => ((calls.AddOrUpdate((method, target), 1, (_, n) => n + 1) + seed) % 20) switch
        {
            2 or 8 or 14 => Fault.Duplicate,
            4 or 10 or 16 => Fault.Delay,
            6 => Fault.LoseAnswer,
            _ => Fault.None,
        };
    }

    // What takes more than a second says how far it is.
    private static string WithoutProgress(string error) =>
        string.Concat(error.Split(Environment.NewLine).Where(l => l.Length > 0
            && !l.StartsWith("check ", StringComparison.Ordinal)).Select(l => l + Environment.NewLine));

    private static void AssertSame(CommandRun here, CommandRun there)
    {
        Assert.Equal((here.Code, ""), (there.Code, WithoutProgress(there.Error)));
        Assert.Equal(Measured().Replace(here.Out, ""), Measured().Replace(there.Out, ""));
    }

    // How long it took, and in which memory.
    [GeneratedRegex("\"(seconds|memoryBytes)\": [^,\n]*")]
    private static partial Regex Measured();
}
