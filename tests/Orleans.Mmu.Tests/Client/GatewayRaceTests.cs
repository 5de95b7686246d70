using System.Net;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;
using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Client.Laboratories;

namespace Orleans.Mmu.Tests.Client;

/// <summary>Gateways are tried at once and again, and the first that answers is used.</summary>
public class GatewayRaceTests
{
    private static readonly DnsEndPoint Frozen = new("frozen", 1);
    private static readonly DnsEndPoint Alive = new("alive", 2);

    [Fact]
    public async Task A_gateway_that_says_nothing_does_not_delay_the_next()
    {
        using var host = new HostBuilder().Build();
        var race = new GatewayRace(async (gateway, token) =>
        {
            if (gateway.Equals(Frozen))
                await Task.Delay(Timeout.InfiniteTimeSpan, token);
            return host;
        }, TimeProvider.System);
        Assert.Equal((host, Alive), await RunAsync(race, [Frozen, Alive]));
    }

    [Fact]
    public async Task A_gateway_that_breaks_off_is_tried_again()
    {
        using var host = new HostBuilder().Build();
        int tries = 0;
        var race = new GatewayRace(
            (_, _) => ++tries < 3 ? throw new IOException("broken off") : Task.FromResult(host), TimeProvider.System);
        Assert.Equal((host, Alive), await RunAsync(race, [Alive]));
        Assert.Equal(3, tries);
    }

    [Fact]
    public async Task A_port_at_which_nothing_listens_is_given_up_before_the_limit()
    {
        int tries = 0;
        var race = new GatewayRace((_, _) =>
        {
            tries++;
            throw new System.Net.Sockets.SocketException((int)System.Net.Sockets.SocketError.ConnectionRefused);
        }, TimeProvider.System);
        await Assert.ThrowsAsync<TryAgainException>(() => RunAsync(race, [Alive]));
        Assert.Equal(4, tries);
    }

    [Fact]
    public async Task A_refusal_that_the_user_can_correct_is_said_where_no_gateway_answers()
    {
        var race = new GatewayRace((_, _) => throw new UsageException("no TLS with alive:2"), TimeProvider.System);
        var refused = await Assert.ThrowsAsync<UsageException>(() => RunAsync(race, [Alive]));
        Assert.Equal("no TLS with alive:2", refused.Message);
    }

    [Fact]
    public async Task A_gateway_that_was_silent_is_tried_after_the_others()
    {
        using var host = new HostBuilder().Build();
        var race = new GatewayRace((_, _) => Task.FromResult(host), new FakeTimeProvider());
        Assert.Equal((host, Alive), await RunAsync(race, [Frozen, Alive], silent: Frozen));
    }

    [Fact]
    public async Task A_gateway_that_was_silent_is_used_where_no_other_answers()
    {
        using var host = new HostBuilder().Build();
        var time = new FakeTimeProvider();
        var race = new GatewayRace(async (gateway, token) =>
        {
            if (gateway.Equals(Alive))
                await Task.Delay(Timeout.InfiniteTimeSpan, token);
            return host;
        }, time);
        var running = RunAsync(race, [Frozen, Alive], silent: Frozen);
        Assert.False(running.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal((host, Frozen), await running);
    }

    private static async Task<(IHost Client, EndPoint Gateway)> RunAsync(
        GatewayRace race, EndPoint[] gateways, EndPoint? silent = null) =>
        await race.RunAsync(gateways, silent, TimeSpan.FromMinutes(5), CancellationToken.None);
}
