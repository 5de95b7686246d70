using System.Net;
using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Client.Laboratories;

namespace Orleans.Mmu.Tests.Client;

/// <summary>The options that lead to a cluster, and silos that do not answer.</summary>
public sealed class SiloOptionTests
{
    [Theory]
    [InlineData("localhost:30000", "localhost:30000")]
    [InlineData("10.0.0.1:1", "10.0.0.1:1")]
    [InlineData("[::1]:30000", "[::1]:30000")]
    public void Silo_addresses(string text, string same)
    {
        Assert.True(GatewayAddress.TryParse(text, out var address));
        Assert.Equal(same, GatewayAddress.Format(address!));
    }

    [Fact]
    public async Task A_silo_that_does_not_answer_is_one_line()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        int port = ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        var failure = await Assert.ThrowsAsync<TryAgainException>(() => Laboratory.OpenAsync(
            Gateways.Of(new IPEndPoint(IPAddress.Loopback, port)), CancellationToken.None));
        Assert.StartsWith($"no silo answers at 127.0.0.1:{port}: ", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', failure.Message);
    }

    [Fact]
    public async Task A_silo_that_does_not_answer_is_exit_5_and_says_what_each_gateway_did()
    {
        var run = await CommandRun.WithLaboratoryAsync((_, _) => new GatewayRace(
            (gateway, _) => throw new IOException($"refused by {gateway}"), TimeProvider.System)
            .RunAsync([new DnsEndPoint("a", 1), new DnsEndPoint("b", 2)], null, TimeSpan.FromMilliseconds(1), default)
            .ContinueWith<ILaboratory>(race => throw race.Exception!.InnerException!, TaskScheduler.Default),
            "boot", "asymmetric", "--silo", "a:1,b:2");
        Assert.Equal(ExitCode.TryAgain, run.Code);
        Assert.Equal("no silo answers at a:1: refused by Unspecified/a:1; b:2: refused by Unspecified/b:2",
            run.Error.TrimEnd());
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("soon")]
    public async Task A_time_to_connect_is_a_whole_number_of_seconds(string seconds)
    {
        var run = await CommandRun.WithoutSiloAsync(
            "boot", "asymmetric", "--silo", "localhost:1", "--connect-timeout", seconds);
        Assert.Equal(ExitCode.BadInput, run.Code);
        Assert.Contains("--connect-timeout: expected a whole number from 1", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("a/b")]
    [InlineData("a\u001bb")]
    public async Task A_key_that_no_machine_can_have_is_refused_before_a_silo_is_asked(string key)
    {
        var run = await CommandRun.WithoutSiloAsync("boot", "--attach", key, "--silo", "localhost:1");
        Assert.Equal(ExitCode.BadInput, run.Code);
        Assert.StartsWith("--attach: expected a key of 1 to 256 characters", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--attach", "some-key")]
    [InlineData("--attach", "some-key", "--silo", "localhost:1", "asymmetric")]
    [InlineData("--attach", "some-key", "--silo", "localhost:1", "--trace", "a.json")]
    public async Task A_machine_is_attached_to_alone_and_on_a_cluster(params string[] args)
    {
        var run = await CommandRun.WithoutSiloAsync(["boot", .. args]);
        Assert.Equal(ExitCode.BadInput, run.Code);
        Assert.StartsWith("boot: expected --attach KEY with --silo", run.Error, StringComparison.Ordinal);
    }
}
