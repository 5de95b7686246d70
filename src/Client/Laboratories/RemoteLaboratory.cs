using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Silo.Settings;
using Orleans.Mmu.Silo.Tls;

namespace Orleans.Mmu.Client.Laboratories;

/// <summary>Silos in other processes, reached through their gateways.</summary>
internal sealed class RemoteLaboratory : ILaboratory
{
    private static readonly TimeSpan ConnectPatience = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan GatewayRefresh = TimeSpan.FromSeconds(2);

    private readonly IHost _host;

    private RemoteLaboratory(IHost host) => _host = host;

    public IGrainFactory Grains => _host.Services.GetRequiredService<IGrainFactory>();

    /// <exception cref="UsageException">No silo answers at the address, or a file is unusable.</exception>
    public static async Task<ILaboratory> OpenAsync(Gateways silo, TlsFiles tls, CancellationToken cancellationToken)
    {
        var identity = TlsEnvironment.Load(tls);
        if (identity is not null && silo.HasSeveralHosts)
            throw new UsageException(
                $"--silo: expected gateways of one host name, which their certificates are for, found {silo}");
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(ConnectPatience);
        IHost? host = null;
        string? refusal = null;
        bool isReached = false;
        try
        {
            var gateways = await Task.WhenAll(silo.Addresses.Select(a => ResolveAsync(a, limit.Token)));
            bool connected = false;
            // While connecting, Orleans' log would repeat what the exception's message says.
            host = Build(gateways, () => connected || Debugging.IsOn, client =>
            {
                client.Configure<ClientConnectionOptions>(options => options.ConfigureConnection(
                    c => c.Use(next => context =>
                    {
                        isReached = true;
                        return next(context);
                    })));
                if (identity is not null)
                    client.UseTls(identity, silo.Host, reason => refusal = reason);
            });
            await host.StartAsync(limit.Token).WaitAsync(limit.Token);
            connected = true;
            return new RemoteLaboratory(host);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            if (host is not null)
                await HostShutdown.StopAsync(host);
            if (refusal is not null)
                throw new UsageException($"no TLS with {silo}: {OneLine.Of(refusal)}", e);
            string reason = e is OperationCanceledException
                ? $"nothing within {ConnectPatience.TotalSeconds:0} s" : e.GetBaseException().Message;
            // A silo that requires TLS closes a plaintext connection without a reason.
            string hint = identity is null && isReached && e is not OperationCanceledException
                ? $" (does it want TLS? then {TlsEnvironment.Certificate} must name a certificate, see --help)" : "";
            throw new UsageException($"no silo answers at {silo}: {OneLine.Of(reason)}{hint}", e);
        }
    }

    public ValueTask DisposeAsync() => HostShutdown.StopAsync(_host);

    // Orleans logs lost connections with stack traces; the caller of a failed call reports it anyway.
    private static bool IsForUsers(string? category) =>
        category?.StartsWith("Orleans.", StringComparison.Ordinal) != true
        || category.StartsWith("Orleans.Mmu.", StringComparison.Ordinal)
        || Environment.GetEnvironmentVariable("MMU_DEBUG") == "1";

    private static IHost Build(IPEndPoint[] gateways, Func<bool> logs, Action<IClientBuilder> connect)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Logging
            .AddSimpleConsole(options => options.SingleLine = true)
            .AddFilter((category, level) => level >= LogLevel.Warning && IsForUsers(category) && logs());
        builder.Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(
            options => options.LogToStandardErrorThreshold = LogLevel.Trace);
        // Orleans chooses the order of gateways; this many attempts let each be tried before the connection fails.
        int attempts = gateways.Length == 1 ? 1 : 4 * gateways.Length;
        builder.UseOrleansClient(client =>
        {
            connect(client);
            client.UseStaticClustering(gateways)
                .Configure<ClusterOptions>(
                    options =>
                        (options.ClusterId, options.ServiceId) = (SiloSettings.ClusterId, SiloSettings.ClusterId))
                // Without a refresh of the list, Orleans retries a dead gateway before it tries the next.
                .Configure<GatewayOptions>(options => options.GatewayListRefreshPeriod = GatewayRefresh)
                .UseConnectionRetryFilter((_, _) => Task.FromResult(--attempts > 0));
        });
        return builder.Build();
    }

    private static async Task<IPEndPoint> ResolveAsync(EndPoint silo, CancellationToken cancellationToken)
    {
        if (silo is IPEndPoint known)
            return known;
        var name = (DnsEndPoint)silo;
        var addresses = await Dns.GetHostAddressesAsync(name.Host, cancellationToken);
        // Silos listen on IPv4 by default.
        var address = addresses.OrderBy(a => a.AddressFamily == AddressFamily.InterNetwork ? 0 : 1).First();
        return new(address, name.Port);
    }
}
