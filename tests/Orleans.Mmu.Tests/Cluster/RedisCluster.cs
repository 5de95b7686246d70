using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Orleans.Mmu.Client;

namespace Orleans.Mmu.Tests.Cluster;

/// <summary>A Redis server of the tests' own, and silos that meet in it, each a process as a user would start it.</summary>
internal sealed class RedisCluster : IAsyncDisposable
{
    private const string Server = "redis-server";

    private readonly List<ChildProcess> _children = [];
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("mmu-redis");
    private int _port;

    /// <summary>Why there is no cluster here; null where there can be one.</summary>
    public static string? Missing { get; } =
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(p => File.Exists(Path.Combine(p, Server)))
            ? null
            : $"needs {Server}, which is not installed here (Debian: apt-get install {Server})";

    public static async Task<RedisCluster> StartAsync()
    {
        var cluster = new RedisCluster { _port = FreePort() };
        cluster._children.Add(await ChildProcess.StartAsync(
            Server, ["--port", Text(cluster._port), "--bind", "127.0.0.1", "--save", "", "--dir", cluster._directory.FullName], "Ready to accept connections"));
        return cluster;
    }

    /// <summary>Starts a silo and waits until it is ready.</summary>
    public async Task<RunningSilo> StartSiloAsync()
    {
        int gateway = FreePort();
        var process = await ChildProcess.StartAsync("dotnet",
        [
            Path.Combine(AppContext.BaseDirectory, "Orleans.Mmu.Silo.dll"), "--Silo:Clustering=Redis", $"--Silo:Redis=127.0.0.1:{Text(_port)}",
            $"--Silo:SiloPort={Text(FreePort())}", $"--Silo:GatewayPort={Text(gateway)}", $"--Silo:HttpPort={Text(FreePort())}",
        ], "silo ready");
        _children.Add(process);
        return new(process, new IPEndPoint(IPAddress.Loopback, gateway));
    }

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

/// <summary>A silo that runs as a process.</summary>
/// <param name="Gateway">Where clients reach it.</param>
internal sealed record RunningSilo(ChildProcess Process, IPEndPoint Gateway)
{
    public Task<ILaboratory> ConnectAsync() => Laboratory.OpenAsync(Gateway, CancellationToken.None);
}

/// <summary>A test that needs a Redis server; skipped, saying why, where none is installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class RedisFactAttribute : FactAttribute
{
    public RedisFactAttribute() => Skip = RedisCluster.Missing;
}
