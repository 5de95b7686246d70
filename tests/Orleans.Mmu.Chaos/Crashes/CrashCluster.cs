using System.Globalization;
using Orleans.Mmu.Chaos.Processes;
using Orleans.Mmu.Grains.Options;
using Orleans.Mmu.Interfaces.Machines;

namespace Orleans.Mmu.Chaos.Crashes;

/// <summary>A Redis server and some silos with fuses; a silo that has died can be replaced on the same ports.</summary>
internal sealed class CrashCluster : IAsyncDisposable
{
    private const string NoMachine = "-";

    private readonly RedisCluster _redis;
    private readonly RunningSilo[] _silos;
    private readonly string[] _settings;
    private readonly Dictionary<int, long> _moments = [];

    private CrashCluster(RedisCluster redis, RunningSilo[] silos, string[] settings, ClusterClient client) =>
        (_redis, _silos, _settings, Client) = (redis, silos, settings, client);

    public ClusterClient Client { get; }

    public int Silos => _silos.Length;

    public static async Task<CrashCluster> StartAsync(int silos, MachineSpread spread)
    {
        var redis = await RedisCluster.StartAsync();
        string[] settings = ["--Silo:Inspection=true", $"--Mmu:Placement={spread}", "--Mmu:WakePeriod=00:00:00.200"];
        var running = new RunningSilo[silos];
        for (int i = 0; i < silos; i++)
            running[i] = await StartAsync(redis, RedisCluster.FreePorts(), settings);
        return new(redis, running, settings, await ClusterClient.ConnectAsync([.. running.Select(s => s.Gateway)]));
    }

    /// <summary>The gateways of all silos, as --silo takes them.</summary>
    public string Gateways => string.Join(',', _silos.Select(s => s.Gateway));

    public ChildProcess Process(int silo) => _silos[silo].Process;

    /// <summary>Starts a new silo where one has died.</summary>
    public async Task ReplaceAsync(int silo) => _silos[silo] = await StartAsync(_redis, _silos[silo].Ports, _settings);

    /// <summary>Replaces every silo that has died.</summary>
    public async Task ReviveAsync()
    {
        for (int i = 0; i < _silos.Length; i++)
        {
            if (_silos[i].Process.Ended.IsCompleted)
                await ReplaceAsync(i);
        }
    }

    /// <summary>Sets a silo's fuse; moment 0 only counts.</summary>
    public Task SetFuseAsync(int silo, string machine, long moment) =>
        _silos[silo].Process.AskAsync(
            string.Create(CultureInfo.InvariantCulture, $"fuse {machine} {moment}"), "fuse is set");

    /// <summary>Takes a silo's fuse out, if it still lives.</summary>
    public async Task TryDefuseAsync(int silo)
    {
        try
        {
            await SetFuseAsync(silo, NoMachine, 0);
        }
        catch (Exception e) when (e is InvalidOperationException or IOException)
        {
            // It has died meanwhile.
        }
    }

    /// <summary>
    /// The moments that the busiest silo has in a boot of so many CPUs, from undisturbed boots.
    /// </summary>
    public async Task<long> MomentsAsync(CrashCase example)
    {
        if (_moments.TryGetValue(example.Cpus, out long known))
            return known;
        long most = 0;
        for (int boot = 0; boot < 3; boot++)
        {
            string machine = $"calm-{Guid.NewGuid():N}";
            for (int i = 0; i < Silos; i++)
                await SetFuseAsync(i, machine, 0);
            await Client.Grains.GetGrain<IMachineGrain>(machine)
                .Boot(CrashRun.RequestOf(example), CancellationToken.None);
            for (int i = 0; i < Silos; i++)
                most = Math.Max(most, await CountAsync(i));
        }

        return _moments[example.Cpus] = most;
    }

    /// <summary>The moments of a silo since its fuse was set.</summary>
    public async Task<long> CountAsync(int silo) => long.Parse(
        (await _silos[silo].Process.AskAsync("count", "count "))["count ".Length..], CultureInfo.InvariantCulture);

    /// <summary>What the silos that live now have said.</summary>
    public async Task WriteLogsAsync(TextWriter output)
    {
        for (int i = 0; i < Silos; i++)
            await output.WriteLineAsync(
                string.Create(CultureInfo.InvariantCulture, $"--- silo {i}:\n{_silos[i].Process.Output}"));
    }

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        await _redis.DisposeAsync();
    }

    private static Task<RunningSilo> StartAsync(RedisCluster redis, SiloPorts ports, string[] settings) =>
        redis.StartSiloAsync(ports, ["Orleans.Mmu.Chaos.dll", "silo"], settings);
}
