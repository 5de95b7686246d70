using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Orleans.Mmu.Chaos.Processes;

/// <summary>A Redis server of its own, and silos that meet in it, each a process as a user would start it.</summary>
public sealed class RedisCluster : IAsyncDisposable
{
    private const string Server = "redis-server";

    private readonly List<ChildProcess> _children = [];
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("mmu-redis");
    private ChildProcess? _server;
    private int _port;

    /// <summary>Why there is no cluster here; null where there can be one.</summary>
    public static string? Missing { get; } =
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Any(p => File.Exists(Path.Combine(p, Server)))
            ? null
            : $"needs {Server}, which is not installed here (Debian: apt-get install {Server})";

    public static async Task<RedisCluster> StartAsync()
    {
        var cluster = new RedisCluster { _port = FreePort() };
        await cluster.StartServerAsync();
        return cluster;
    }

    /// <summary>kill -9 of the Redis server; what it has acknowledged is in its file.</summary>
    public Task KillServerAsync() => _server!.KillAsync();

    /// <summary>Removes what a server has written that does not run.</summary>
    public void LoseData()
    {
        foreach (var entry in _directory.EnumerateDirectories())
            entry.Delete(recursive: true);
    }

    /// <summary>Starts the Redis server on the cluster's port, with what it finds in its file.</summary>
    public async Task StartServerAsync()
    {
        _server = await ChildProcess.StartAsync(
            Server, ["--port", Text(_port), "--bind", "127.0.0.1", "--save", "",
                "--appendonly", "yes", "--maxmemory-policy", "noeviction", "--dir", _directory.FullName],
                "Ready to accept connections");
        lock (_children)
            _children.Add(_server);
    }

    /// <summary>The server's address.</summary>
    public string Redis => $"127.0.0.1:{Text(_port)}";

    /// <summary>Ports for a silo that no process uses now.</summary>
    public static SiloPorts FreePorts() => new(FreePort(), FreePort(), FreePort());

    /// <summary>Starts a silo and waits until it is ready.</summary>
    /// <param name="program">The assembly beside this one, with the arguments that come first.</param>
    public async Task<RunningSilo> StartSiloAsync(SiloPorts ports, string[] program, params string[] settings)
    {
        var process = await ChildProcess.StartAsync("dotnet",
        [
            Path.Combine(AppContext.BaseDirectory, program[0]), .. program[1..], "--Silo:Clustering=Redis",
            $"--Silo:Redis={Redis}",
            $"--Silo:SiloPort={Text(ports.Silo)}", $"--Silo:GatewayPort={Text(ports.Gateway)}",
            // The dashboard is almost half of the work of a silo's start.
            $"--Silo:HttpPort={Text(ports.Http)}", "--Silo:Dashboard=false", .. settings,
        ], "silo ready");
        lock (_children)
            _children.Add(process);
        return new(process, ports);
    }

    /// <summary>Starts a silo as a user would.</summary>
    public Task<RunningSilo> StartSiloAsync(params string[] settings) =>
        StartSiloAsync(FreePorts(), ["Orleans.Mmu.Silo.dll"], settings);

    public ValueTask DisposeAsync()
    {
        for (int i = _children.Count - 1; i >= 0; i--)
            _children[i].Dispose();
        _directory.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}

/// <summary>The ports of a silo.</summary>
public readonly record struct SiloPorts(int Silo, int Gateway, int Http);

/// <summary>A silo that runs as a process.</summary>
public sealed record RunningSilo(ChildProcess Process, SiloPorts Ports)
{
    /// <summary>Where clients reach it.</summary>
    public IPEndPoint Gateway => new(IPAddress.Loopback, Ports.Gateway);
}
