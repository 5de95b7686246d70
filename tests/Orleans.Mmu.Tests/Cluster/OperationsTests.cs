using System.Globalization;
using System.Net;
using Orleans.Mmu.Chaos.Processes;
using Orleans.Mmu.Interfaces.Machines;
using StackExchange.Redis;

namespace Orleans.Mmu.Tests.Cluster;

/// <summary>What a running silo answers on its HTTP port.</summary>
public sealed class OperationsTests : IDisposable
{
    private readonly HttpClient _http = new();

    public void Dispose() => _http.Dispose();

    [Fact]
    public async Task A_silo_has_health_metrics_live_pages_and_a_dashboard()
    {
        var silo = await LoneSilo.StartAsync("--Silo:Dashboard=true");
        using var process = silo.Process;
        Assert.Equal((HttpStatusCode.OK, "Healthy"), await GetAsync(silo, "/health/live"));
        Assert.Equal((HttpStatusCode.OK, "Healthy"), await GetAsync(silo, "/health/ready"));
        var (status, page) = await GetAsync(silo, "/dashboard");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Contains("<title>Orleans Dashboard</title>", page, StringComparison.Ordinal);

        await using (var laboratory = await silo.ConnectAsync())
        {
            var request = new BootRequest(
                new("test", Orleans.Mmu.Tests.Boot.Lab.Small("asymmetric")), "idmap-reserved", 1, false, false);
            await laboratory.Grains.GetGrain<IMachineGrain>("metrics").Boot(request, CancellationToken.None);
        }

        (status, page) = await GetAsync(silo, "/");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Contains("href=\"/machines/metrics\"", page, StringComparison.Ordinal);
        (status, string metrics) = await GetAsync(silo, "/metrics");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Contains(
            "mmu_boots_total{otel_scope_name=\"Orleans.Mmu\",mmu_mode=\"repaint\",mmu_outcome=\"Online\"} 1", metrics,
            StringComparison.Ordinal);
        Assert.Contains("mmu_dance_stopped_seconds_count{", metrics, StringComparison.Ordinal);
        Assert.Contains("orleans_", metrics, StringComparison.Ordinal);
        Assert.Contains("dotnet_", metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_HTTP_port_answers_to_its_own_names_alone()
    {
        var silo = await LoneSilo.StartAsync("--Silo:Dashboard=true");
        using var process = silo.Process;
        foreach (string path in (string[])["/metrics", "/health/ready", "/dashboard"])
        {
            using var request = new HttpRequestMessage(
                HttpMethod.Get, FormattableString.Invariant($"http://127.0.0.1:{silo.Ports.Http}{path}"));
            request.Headers.Host = "attacker.example";
            using var answer = await _http.SendAsync(request);
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        }
    }

    [Fact]
    public async Task The_dashboard_and_the_live_pages_can_be_left_out()
    {
        var silo = await LoneSilo.StartAsync("--Silo:Dashboard=false", "--Silo:Live=false");
        using var process = silo.Process;
        Assert.Equal(HttpStatusCode.NotFound, (await GetAsync(silo, "/")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await GetAsync(silo, "/dashboard")).Status);
    }

    [Fact]
    public async Task A_silo_that_stops_is_not_ready()
    {
        var silo = await LoneSilo.StartAsync("--Silo:Drain=00:00:20");
        using var process = silo.Process;
        await silo.Process.TerminateAsync();
        // The signal is on its way.
        await UntilAsync(silo, HttpStatusCode.ServiceUnavailable);
        Assert.Equal(HttpStatusCode.OK, (await GetAsync(silo, "/health/live")).Status);
    }

    [RedisFact]
    public async Task A_silo_without_its_Redis_server_is_not_ready()
    {
        int port = RedisCluster.FreePorts().Silo;
        using var redis = await ChildProcess.StartAsync("redis-server",
            ["--port", port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--save", ""],
            "Ready to accept connections");
        var silo = await LoneSilo.StartAsync(
            "--Silo:Clustering=Redis", FormattableString.Invariant($"--Silo:Redis=127.0.0.1:{port}"));
        using var process = silo.Process;
        Assert.Equal(HttpStatusCode.OK, (await GetAsync(silo, "/health/ready")).Status);
        await redis.KillAsync();
        await UntilAsync(silo, HttpStatusCode.ServiceUnavailable);
    }

    [RedisFact]
    public async Task A_silo_that_the_table_does_not_have_any_more_stops()
    {
        await using var cluster = await RedisCluster.StartAsync();
        var silo = await cluster.StartSiloAsync();
        Assert.Equal(HttpStatusCode.OK, (await GetAsync(silo, "/health/ready")).Status);
        // Redis loses its data, as after a crash without an append-only file.
        await using (var redis = await ConnectionMultiplexer.ConnectAsync($"{cluster.Redis},allowAdmin=true"))
            await redis.GetServers().Single().FlushAllDatabasesAsync();
        await silo.Process.Ended.WaitAsync(TestLimit.Length);
        Assert.Contains("has no row in the table of members any more, and stops", silo.Process.Output,
            StringComparison.Ordinal);
    }

    [RedisFact]
    public async Task State_leaves_Redis_some_time_after_its_last_write()
    {
        await using var cluster = await RedisCluster.StartAsync();
        var silo = await cluster.StartSiloAsync("--Silo:KeepState=2.00:00:00");
        await using (var laboratory = await silo.ConnectAsync())
        {
            var request = new BootRequest(
                new("test", Orleans.Mmu.Tests.Boot.Lab.Small("asymmetric")), "idmap-reserved", 1, false, false);
            await laboratory.Grains.GetGrain<IMachineGrain>("short").Boot(request, CancellationToken.None);
        }

        await using var redis = await ConnectionMultiplexer.ConnectAsync(cluster.Redis);
        var keys = redis.GetServers().Single().Keys(pattern: "mmu/state/*").ToList();
        Assert.NotEmpty(keys);
        Assert.All(keys, key => Assert.InRange(
            redis.GetDatabase().KeyTimeToLive(key)!.Value, TimeSpan.FromDays(1), TimeSpan.FromDays(2)));
    }

    [Fact]
    public async Task An_endpoint_for_telemetry_must_be_an_address()
    {
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(
            () => LoneSilo.StartAsync("--OTEL_EXPORTER_OTLP_ENDPOINT=collector"));
        Assert.EndsWith(
            "the silo cannot run: OTEL_EXPORTER_OTLP_ENDPOINT: expected an address such as http://localhost:4317, "
            + "found \"collector\"",
            failure.Message.TrimEnd(), StringComparison.Ordinal);
    }

    private async Task UntilAsync(RunningSilo silo, HttpStatusCode status)
    {
        using var limit = new CancellationTokenSource(TestLimit.Length);
        while ((await GetAsync(silo, "/health/ready")).Status != status)
            limit.Token.ThrowIfCancellationRequested();
    }

    private async Task<(HttpStatusCode Status, string Text)> GetAsync(RunningSilo silo, string path)
    {
        using var answer =
            await _http.GetAsync(new Uri(FormattableString.Invariant($"http://127.0.0.1:{silo.Ports.Http}{path}")));
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }
}
