using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Mmu.Chaos.Processes;
using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Client.Laboratories;
using Orleans.Mmu.Interfaces.Machines;
using Orleans.Mmu.Linux.ProtocolFiles;
using static Orleans.Mmu.Tests.Cluster.CertifiedPort;

namespace Orleans.Mmu.Tests.Cluster;

/// <summary>Silos that refuse every peer without a certificate of their authority.</summary>
public sealed class TlsTests(TlsSilo silo) : IClassFixture<TlsSilo>
{
    private static readonly CancellationToken None = CancellationToken.None;

    private static readonly TimeSpan Bound = TestLimit.Length;

    [Fact]
    public async Task A_client_of_the_authority_boots_a_machine()
    {
        await using var laboratory = await silo.Running.ConnectAsync(silo.Client);
        Assert.Equal("repaint", (await BootAsync(laboratory)).Mode);
    }

    // The HTTP port asks for no certificate.
    [Fact]
    public async Task Its_live_pages_show_and_start_nothing()
    {
        using var http = new HttpClient { BaseAddress = new($"http://127.0.0.1:{silo.Running.Ports.Http}/") };
        Assert.DoesNotContain("<form", await http.GetStringAsync(new Uri("/", UriKind.Relative)),
            StringComparison.Ordinal);
        using var form = new FormUrlEncodedContent(
            [new("machine", "asymmetric"), new("protocol", "spin"), new("seed", "1"), new("cpus", "2")]);
        foreach (string path in (string[])["/machines", "/protocols/spin"])
        {
            using var answer = await http.PostAsync(new Uri(path, UriKind.Relative), form);
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
            Assert.Contains("the pages of a silo with TLS start nothing", await answer.Content.ReadAsStringAsync(),
                StringComparison.Ordinal);
        }
    }

    [RedisFact]
    public async Task Silos_of_one_authority_are_a_cluster()
    {
        using var authority = new TestAuthority();
        string[] settings = TestAuthority.Settings(authority.Silo());
        await using var cluster = await RedisCluster.StartAsync();
        await cluster.StartSiloAsync(settings);
        var second = await cluster.StartSiloAsync(settings);
        await using var laboratory = await second.ConnectAsync(authority.Client());
        var hosts = await laboratory.Grains.GetGrain<IManagementGrain>(0).GetHosts(onlyActive: true);
        Assert.Equal(2, hosts.Count);
        Assert.Equal("repaint", (await BootAsync(laboratory)).Mode);
    }

    [Fact]
    public async Task A_client_without_TLS_is_refused()
    {
        var refusal = await Assert.ThrowsAsync<TryAgainException>(() => silo.Running.ConnectAsync().WaitAsync(Bound));
        Assert.StartsWith($"no silo answers at {silo.Running.Gateway}: ", refusal.Message, StringComparison.Ordinal);
        Assert.EndsWith("(does it want TLS? then MMU_TLS_CERTIFICATE must name a certificate, see --help)",
            refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refusal.Message);
    }

    [Fact]
    public async Task A_client_of_another_authority_refuses_the_silo()
    {
        using var other = new TestAuthority("other authority");
        var refusal =
            await Assert.ThrowsAsync<UsageException>(() => silo.Running.ConnectAsync(other.Client()).WaitAsync(Bound));
        Assert.Matches(
            $"^no TLS with {silo.Running.Gateway}: its certificate \"CN=silo\" is not signed by the authority "
            + $"\\(\\w+\\)$", refusal.Message);
    }

    // It knows the silo's authority, but is not of it.
    [Fact]
    public async Task A_stranger_is_refused_by_the_silo()
    {
        using var other = new TestAuthority("other authority");
        var files = other.Client();
        files.Authority = silo.Authority.AuthorityFile;
        await StockClient.AssertRefusedAsync(silo.Running, files).WaitAsync(Bound);
    }

    [Fact]
    public async Task A_certificate_s_name_writes_no_lines_of_a_log()
    {
        using var other = new TestAuthority("other authority");
        var names = new X500DistinguishedNameBuilder();
        names.AddCommonName("x\nfail: Orleans.Mmu.Silo[0]\n      forged \e[31mred\u202e");
        var files = other.Sign("forged", [TestAuthority.ClientAuth], null, subject: names.Build());
        files.Authority = silo.Authority.AuthorityFile;
        await StockClient.AssertRefusedAsync(silo.Running, files).WaitAsync(Bound);
        string log = silo.Running.Process.Output;
        Assert.Contains("x fail: Orleans.Mmu.Silo[0]       forged \\x1b[31mred\\u202e", log, StringComparison.Ordinal);
        Assert.DoesNotContain("\nfail: Orleans.Mmu.Silo[0]", log, StringComparison.Ordinal);
    }

    // It trusts the silo's authority and its own; the silo trusts one of them.
    [Fact]
    public async Task A_client_that_the_silo_refuses_says_so_in_a_line()
    {
        using var other = new TestAuthority("other authority");
        var files = other.Client();
        files.Authority = other.Write(
            "both.pem", File.ReadAllText(other.AuthorityFile) + "\n" + File.ReadAllText(silo.Authority.AuthorityFile));
        var refusal = await Assert.ThrowsAsync<UsageException>(() => silo.Running.ConnectAsync(files).WaitAsync(Bound));
        Assert.Equal(
            $"no TLS with {silo.Running.Gateway}: it does not accept this end's certificate, or is no silo of this "
            + $"laboratory", refusal.Message);
    }

    [Fact]
    public Task Who_shows_no_certificate_is_refused() =>
        StockClient.AssertRefusedAsync(silo.Running, new() { Authority = silo.Authority.AuthorityFile })
            .WaitAsync(Bound);

    // No code of ours: a ClientBuilder and the package's own UseTls.
    [Fact]
    public async Task A_stock_client_boots_a_machine()
    {
        using var host = await StockClient.ConnectAsync(silo.Running, silo.Client).WaitAsync(Bound);
        Assert.Equal("repaint", (await BootAsync(host.Services.GetRequiredService<IGrainFactory>())).Mode);
        await host.StopAsync();
    }

    [Fact]
    public async Task A_client_is_no_silo()
    {
        var port = new IPEndPoint(IPAddress.Loopback, silo.Running.Ports.Silo);
        using var client = Load(silo.Client);
        Assert.False(await IsAccepted(port, client).WaitAsync(Bound));
        using var good = Load(silo.Authority.Silo());
        Assert.True(await IsAccepted(port, good).WaitAsync(Bound));
    }

    [Fact]
    public async Task A_certificate_for_servers_alone_makes_no_silo()
    {
        using var server = Load(silo.Authority.Sign("server", [TestAuthority.ServerAuth], IPAddress.Loopback));
        Assert.False(await IsAccepted(new(IPAddress.Loopback, silo.Running.Ports.Silo), server).WaitAsync(Bound));
    }

    [Fact]
    public Task An_expired_certificate_is_refused() =>
        StockClient.AssertRefusedAsync(
            silo.Running, silo.Authority.Sign("expired", [TestAuthority.ClientAuth], null, (-3, -1))).WaitAsync(Bound);

    // The certificate is good, but for another address than the one that was called.
    [Fact]
    public async Task A_silo_that_is_not_called_by_its_name_is_refused()
    {
        var called = new DnsEndPoint("localhost", silo.Running.Gateway.Port);
        var refusal = await Assert.ThrowsAsync<UsageException>(
            () => RemoteLaboratory.OpenAsync(Gateways.Of(called), silo.Client, None).WaitAsync(Bound));
        Assert.Equal(
            $"no TLS with localhost:{called.Port}: its certificate \"CN=silo\" is not for localhost", refusal.Message);
    }

    [Fact]
    public async Task A_silo_without_TLS_is_refused()
    {
        var plain = await LoneSilo.StartAsync();
        using var process = plain.Process;
        var refusal = await Assert.ThrowsAsync<UsageException>(() => plain.ConnectAsync(silo.Client).WaitAsync(Bound));
        Assert.Equal($"no TLS with {plain.Gateway}: it speaks no TLS, or does not accept this end's certificate",
            refusal.Message);
    }

    private static Task<BootReport> BootAsync(ILaboratory laboratory) => BootAsync(laboratory.Grains);

    private static async Task<BootReport> BootAsync(IGrainFactory grains)
    {
        var request = new BootRequest(new("test", Orleans.Mmu.Tests.Boot.Lab.Small("asymmetric")),
            RepaintProtocols.IdmapReserved.Name, 1, false, false);
        return (await grains.GetGrain<IMachineGrain>($"test-{Guid.NewGuid():N}").Boot(request, None)).Report!;
    }
}
