using System.Globalization;

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
    public async Task<RunningSilo> StartSiloAsync(params string[] settings)
    {
        var silo = await RunningSilo.StartAsync(["--Silo:Clustering=Redis", $"--Silo:Redis=127.0.0.1:{Text(_port)}", .. settings]);
        _children.Add(silo.Process);
        return silo;
    }

    public ValueTask DisposeAsync()
    {
        for (int i = _children.Count - 1; i >= 0; i--)
            _children[i].Dispose();
        _directory.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static int FreePort() => RunningSilo.FreePort();
}

/// <summary>A test that needs a Redis server; skipped, saying why, where none is installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class RedisFactAttribute : FactAttribute
{
    public RedisFactAttribute() => Skip = RedisCluster.Missing;
}
