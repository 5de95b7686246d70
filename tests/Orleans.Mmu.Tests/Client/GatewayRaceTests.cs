using System.Net;
using Microsoft.Extensions.Hosting;
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
        });
        Assert.Same(host, await race.RunAsync([Frozen, Alive], TimeSpan.FromMinutes(5), CancellationToken.None));
    }

    [Fact]
    public async Task A_gateway_that_breaks_off_is_tried_again()
    {
        using var host = new HostBuilder().Build();
        int tries = 0;
        var race = new GatewayRace((_, _) => ++tries < 3 ? throw new IOException("broken off") : Task.FromResult(host));
        Assert.Same(host, await race.RunAsync([Alive], TimeSpan.FromMinutes(5), CancellationToken.None));
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
        });
        await Assert.ThrowsAsync<TryAgainException>(
            () => race.RunAsync([Alive], TimeSpan.FromMinutes(5), CancellationToken.None));
        Assert.Equal(4, tries);
    }

    [Fact]
    public async Task A_refusal_that_the_user_can_correct_is_said_where_no_gateway_answers()
    {
        var race = new GatewayRace((_, _) => throw new UsageException("no TLS with alive:2"));
        var refused = await Assert.ThrowsAsync<UsageException>(
            () => race.RunAsync([Alive], TimeSpan.FromMinutes(5), CancellationToken.None));
        Assert.Equal("no TLS with alive:2", refused.Message);
    }
}
