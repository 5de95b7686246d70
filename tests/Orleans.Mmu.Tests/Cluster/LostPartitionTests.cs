using System.Text.RegularExpressions;
using Orleans.Mmu.Chaos.Processes;
using Orleans.Mmu.Client.Laboratories;
using Orleans.Mmu.Distribution.Searches;
using Orleans.Mmu.Exploration.Partitions;
using Orleans.Mmu.Tests.Boot;
using Orleans.Mmu.Tests.Client;

namespace Orleans.Mmu.Tests.Cluster;

/// <summary>
/// A silo that is killed or told to stop while its partitions explore takes states along; they are explored again on
/// the other, through whichever gateway is left.
/// </summary>
public sealed partial class LostPartitionTests(TwoPlainSilos fixture) : IClassFixture<TwoPlainSilos>
{
    private static readonly string[] Check = ["check", "reference-live", "--cpus", "4", "--json"];
    private static readonly Lazy<Task<CommandRun>> Here = new(() => CommandRun.WithoutSiloAsync(Check));

    [RedisTheory]
    [InlineData(0, false)]
    [InlineData(1, false)]
    [InlineData(0, true)]
    [InlineData(1, true)]
    public async Task A_silo_that_ends_in_the_middle_changes_nothing(int silo, bool isAsked)
    {
        var silos = await fixture.WholeAsync();
        string gateways = string.Join(',', silos.Select(s => $"127.0.0.1:{s.Ports.Gateway}"));
        await using var laboratory = await Laboratory.OpenAsync(
            Gateways.TryParse(gateways, out _)!, CancellationToken.None);
        var here = await Here.Value;
        int ended = 0;
        var detoured = new DetouredLaboratory(laboratory, async (_, _, argument, call) =>
        {
            if (argument is PartitionOrder { Ordinal: 8 } && Interlocked.Exchange(ref ended, 1) == 0)
                await (isAsked ? silos[silo].Process.TerminateAsync() : silos[silo].Process.KillAsync());
            await call();
        });
        var there = await CommandRun.WithLaboratoryAsync(
            (_, _) => Task.FromResult<ILaboratory>(detoured), [.. Check, "--silo", gateways]);

        Assert.Equal(1, ended);
        Assert.True(here.Code == there.Code, there.Error);
        Assert.Equal(Measured().Replace(here.Out, ""), Measured().Replace(there.Out, ""));
    }

    // The test opens and closes the laboratory.
    private sealed class DetouredLaboratory(ILaboratory inner, Detour detour) : ILaboratory
    {
        public IGrainFactory Grains => GrainDetour.Around<IPartitionGrain>(inner.Grains, detour);

        public Task ReconnectAsync(CancellationToken cancellationToken) => inner.ReconnectAsync(cancellationToken);

        public Task RecoverAsync(CancellationToken cancellationToken) => inner.RecoverAsync(cancellationToken);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    // How long it took, and in which memory.
    [GeneratedRegex("\"(seconds|memoryBytes)\": [^,\n]*")]
    private static partial Regex Measured();
}

/// <summary>
/// Two silos for all tests of a class: a silo's start costs more than a search. A silo that a test has ended has a
/// successor in the next test.
/// </summary>
public sealed class TwoPlainSilos : IAsyncLifetime
{
    private readonly RunningSilo?[] _silos = new RunningSilo?[2];
    private RedisCluster? _cluster;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await (_cluster?.DisposeAsync() ?? ValueTask.CompletedTask);

    /// <summary>Both silos, which run.</summary>
    internal async Task<RunningSilo[]> WholeAsync()
    {
        _cluster ??= await RedisCluster.StartAsync();
        for (int i = 0; i < _silos.Length; i++)
        {
            if (_silos[i] is not { Process.Ended.IsCompleted: false })
                _silos[i] = await _cluster.StartSiloAsync();
        }

        return [.. _silos.Select(s => s!)];
    }
}
