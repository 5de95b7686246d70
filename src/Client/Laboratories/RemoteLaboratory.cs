using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.Mmu.Silo;

namespace Orleans.Mmu.Client;

/// <summary>A silo that runs elsewhere, reached through its gateway.</summary>
internal sealed class RemoteLaboratory : ILaboratory
{
    private static readonly TimeSpan ConnectPatience = TimeSpan.FromSeconds(10);

    private readonly IHost _host;

    private RemoteLaboratory(IHost host) => _host = host;

    public IGrainFactory Grains => _host.Services.GetRequiredService<IGrainFactory>();

    /// <exception cref="UsageException">No silo answers at the address, or a file is of no use.</exception>
    public static async Task<ILaboratory> OpenAsync(EndPoint silo, TlsFiles tls, CancellationToken cancellationToken)
    {
        var identity = TlsEnvironment.Load(tls);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(ConnectPatience);
        IHost? host = null;
        string? refusal = null;
        try
        {
            var gateway = await ResolveAsync(silo, limit.Token);
            bool connected = false;
            // While it connects, its log repeats what the one line of the exception will say.
            host = Build(gateway, () => connected || Debugging.IsOn, client =>
            {
                if (identity is not null)
                    client.UseTls(identity, (silo as DnsEndPoint)?.Host, reason => refusal = reason);
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
                throw new UsageException($"no TLS with {GatewayAddress.Format(silo)}: {OneLine.Of(refusal)}", e);
            string reason = e is OperationCanceledException ? $"nothing within {ConnectPatience.TotalSeconds:0} s" : e.GetBaseException().Message;
            // A silo that wants TLS cannot say so to one who speaks none: it closes the connection.
            string hint = identity is null && e is not OperationCanceledException && e.GetBaseException() is not SocketException
                ? $" (does it want TLS? then {TlsEnvironment.Certificate} must name a certificate, see --help)" : "";
            throw new UsageException($"no silo answers at {GatewayAddress.Format(silo)}: {OneLine.Of(reason)}{hint}", e);
        }
    }

    public ValueTask DisposeAsync() => HostShutdown.StopAsync(_host);

    private static IHost Build(IPEndPoint gateway, Func<bool> logs, Action<IClientBuilder> connect)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Logging
            .AddSimpleConsole(options => options.SingleLine = true)
            .AddFilter((_, level) => level >= LogLevel.Warning && logs());
        builder.Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(
            options => options.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.UseOrleansClient(client =>
        {
            connect(client);
            client.UseStaticClustering(gateway)
                .Configure<ClusterOptions>(options => (options.ClusterId, options.ServiceId) = (SiloSettings.ClusterId, SiloSettings.ClusterId))
                .UseConnectionRetryFilter((_, _) => Task.FromResult(false));
        });
        return builder.Build();
    }

    private static async Task<IPEndPoint> ResolveAsync(EndPoint silo, CancellationToken cancellationToken)
    {
        if (silo is IPEndPoint known)
            return known;
        var name = (DnsEndPoint)silo;
        var addresses = await Dns.GetHostAddressesAsync(name.Host, cancellationToken);
        // Silos listen on IPv4 unless told otherwise.
        var address = addresses.OrderBy(a => a.AddressFamily == AddressFamily.InterNetwork ? 0 : 1).First();
        return new(address, name.Port);
    }
}
