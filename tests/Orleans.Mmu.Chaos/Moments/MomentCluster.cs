using System.Globalization;
using System.Net;
using Orleans.Mmu.Chaos.Processes;
using Orleans.Mmu.Grains.Options;

namespace Orleans.Mmu.Chaos.Moments;

/// <summary>
/// A Redis server and some silos with fuses for moments, and for each silo a client of its gateway alone, so that what
/// a silo knows can be asked whatever has become of the others.
/// </summary>
internal sealed class MomentCluster : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly string[] _settings;
    private readonly RunningSilo?[] _silos;
    private readonly ClusterClient?[] _clients;

    private MomentCluster(RedisCluster redis, int silos, string[] settings) =>
        (Redis, _silos, _clients, _settings) = (redis, new RunningSilo?[silos], new ClusterClient?[silos], settings);

    public RedisCluster Redis { get; }

    public int Silos => _silos.Length;

    public IPEndPoint[] Gateways => [.. _silos.Select(s => s!.Gateway)];

    /// <param name="isOpen">Whether clients may call the grains inside machines (Silo:Inspection).</param>
    public static async Task<MomentCluster> StartAsync(
        int silos, MachineSpread spread, bool isOpen = true, params string[] settings)
    {
        var cluster = new MomentCluster(await RedisCluster.StartAsync(), silos,
            [$"--Silo:Inspection={isOpen}", $"--Mmu:Placement={spread}", .. settings]);
        for (int i = 0; i < silos; i++)
            await cluster.ReplaceAsync(i);
        return cluster;
    }

    public ChildProcess Process(int silo) => _silos[silo]!.Process;

    /// <summary>What a silo answers.</summary>
    public IGrainFactory Grains(int silo) => _clients[silo]!.Grains;

    public Task StrikeAsync(int silo, Strike strike) => AskAsync(silo, strike.Line);

    /// <summary>Sets a silo's clock from where it is.</summary>
    public Task SetClockAsync(int silo, int seconds) =>
        AskAsync(silo, string.Create(CultureInfo.InvariantCulture, $"clock {seconds}"));

    /// <summary>Breaks a silo's connections with other silos ("silos") or with clients ("clients").</summary>
    public Task BreakAsync(int silo, string whose) => AskAsync(silo, $"break {whose}");

    /// <summary>How the CPUs that the first silo knows differ from an undisturbed boot's; null where they do
    /// not.</summary>
    public async Task<string?> WhatIsWrongWithAsync(string machine, int cpus)
    {
        string line = string.Create(CultureInfo.InvariantCulture, $"cpus {machine} {cpus}");
        string answer = (await AskAsync(0, line))[$"obeyed {line}".Length..].Trim();
        return answer.Length == 0 ? null : answer;
    }

    /// <summary>No strike is to come on any silo, and calls that are held go on.</summary>
    public async Task ClearAsync()
    {
        for (int i = 0; i < Silos; i++)
        {
            try
            {
                await AskAsync(i, "clear");
                await AskAsync(i, "release");
            }
            catch (Exception e) when (e is InvalidOperationException or IOException)
            {
                // It has ended.
            }
        }
    }

    /// <summary>Waits until some silo writes a line.</summary>
    /// <param name="from">How many lines of each silo do not count.</param>
    /// <param name="except">Silos that are not listened to.</param>
    /// <exception cref="InvalidOperationException">Each of them has ended before.</exception>
    public async Task<(int Silo, string Line)> HearAsync(Func<string, bool> isIt, int[] from, params int[] except)
    {
        var listening = Enumerable.Range(0, Silos).Except(except)
            .Select(async i => (i, await Process(i).HearAsync(isIt, from[i]))).ToList();
        while (listening.Count > 0)
        {
            var heard = await Task.WhenAny(listening);
            if (heard.IsCompletedSuccessfully)
                return await heard;
            listening.Remove(heard);
        }

        throw new InvalidOperationException("every silo has ended");
    }

    /// <summary>The number of lines that each silo has written.</summary>
    public int[] Lines() => [.. Enumerable.Range(0, Silos).Select(i => Process(i).Lines)];

    /// <summary>
    /// Replaces the silos that have ended, or that the table of members has not among the active ones.
    /// </summary>
    /// <returns>Whether each silo is active now, and no other one.</returns>
    public async Task<bool> MakeWholeAsync()
    {
        for (int i = 0; i < Silos; i++)
        {
            if (Process(i).Ended.IsCompleted)
                await ReplaceAsync(i);
        }

        using var limit = new CancellationTokenSource(Patience);
        while (!limit.IsCancellationRequested)
        {
            if (await IsWholeAsync())
                return true;
            for (int i = 0; i < Silos; i++)
            {
                if (Process(i).Ended.IsCompleted)
                    await ReplaceAsync(i);
            }

            await Task.Delay(Pause);
        }

        return false;
    }

    /// <summary>
    /// The ports of the silos that a silo's table of members calls active; null where it does not answer.
    /// </summary>
    public async Task<int[]?> ActiveAsync(int silo)
    {
        try
        {
            var hosts = await Grains(silo).GetGrain<IManagementGrain>(0).GetHosts(onlyActive: true)
                .WaitAsync(TimeSpan.FromSeconds(5));
            return [.. hosts.Keys.Select(s => s.Endpoint.Port).Order()];
        }
        catch (Exception e) when (e is TimeoutException or OrleansException or InvalidOperationException
            or OperationCanceledException)
        {
            return null;
        }
    }

    /// <summary>What the silos that live now have said.</summary>
    public async Task WriteLogsAsync(TextWriter output)
    {
        for (int i = 0; i < Silos; i++)
            await output.WriteLineAsync(
                string.Create(CultureInfo.InvariantCulture, $"--- silo {i}:\n{Process(i).Output}"));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients)
            await (client?.DisposeAsync() ?? ValueTask.CompletedTask);
        await Redis.DisposeAsync();
    }

    private async Task<bool> IsWholeAsync()
    {
        int[] expected = [.. _silos.Select(s => s!.Ports.Silo).Order()];
        for (int i = 0; i < Silos; i++)
        {
            if (await ActiveAsync(i) is not { } active || !active.SequenceEqual(expected))
                return false;
        }

        return true;
    }

    private async Task ReplaceAsync(int silo)
    {
        await (_clients[silo]?.DisposeAsync() ?? ValueTask.CompletedTask);
        _clients[silo] = null;
        var ports = _silos[silo]?.Ports ?? RedisCluster.FreePorts();
        var running = await Redis.StartSiloAsync(ports, ["Orleans.Mmu.Chaos.dll", "moment-silo"], _settings);
        _silos[silo] = running;
        _clients[silo] = await ClusterClient.ConnectAsync([running.Gateway]);
    }

    private Task<string> AskAsync(int silo, string line) => Process(silo).AskAsync(line, $"obeyed {line}");
}
