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
    private readonly Gateways _gateways;
    private readonly GatewayRace _race;
    private readonly SemaphoreSlim _recovery = new(1);
    private IHost _host;
    private EndPoint _gateway;

    private RemoteLaboratory(Gateways gateways, GatewayRace race, (IHost Client, EndPoint Gateway) first) =>
        (_gateways, _race, (_host, _gateway)) = (gateways, race, first);

    public IGrainFactory Grains => _host.Services.GetRequiredService<IGrainFactory>();

    /// <exception cref="TryAgainException">No silo answers at any of the addresses.</exception>
    /// <exception cref="UsageException">A file is unusable, or a silo refuses this client's certificate.</exception>
    public static async Task<ILaboratory> OpenAsync(Gateways silo, TlsFiles tls, CancellationToken cancellationToken)
    {
        var identity = TlsEnvironment.Load(tls);
        if (identity is not null && silo.HasSeveralHosts)
            throw new UsageException(
                $"--silo: expected gateways of one host name, which their certificates are for, found {silo}");
        var race = new GatewayRace(
            (gateway, token) => ConnectAsync(gateway, silo, identity, token), TimeProvider.System);
        return new RemoteLaboratory(
            silo, race, await race.RunAsync(silo.Addresses, null, silo.ConnectTimeout, cancellationToken));
    }

    public async Task ReconnectAsync(CancellationToken cancellationToken)
    {
        var silent = _host;
        (_host, _gateway) =
            await _race.RunAsync(_gateways.Addresses, _gateway, _gateways.ConnectTimeout, cancellationToken);
        await HostShutdown.StopAsync(silent);
    }

    public async Task RecoverAsync(CancellationToken cancellationToken)
    {
        if (!IsLost)
            return;
        await _recovery.WaitAsync(cancellationToken);
        try
        {
            if (IsLost)
                await ReconnectAsync(cancellationToken);
        }
        finally
        {
            _recovery.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await HostShutdown.StopAsync(_host);
        _recovery.Dispose();
    }

    private bool IsLost => _host.Services.GetRequiredService<GatewayLoss>().HasOccurred;

    private static async Task<IHost> ConnectAsync(
        EndPoint gateway, Gateways silo, TlsIdentity? identity, CancellationToken cancellationToken)
    {
        string? refusal = null;
        bool isReached = false;
        bool connected = false;
        var address = await ResolveAsync(gateway, cancellationToken);
        // While connecting, Orleans' log would repeat what the exception's message says.
        var host = Build(address, () => connected || Debugging.IsOn, client =>
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
        try
        {
            await host.StartAsync(cancellationToken).WaitAsync(cancellationToken);
            connected = true;
            return host;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            await HostShutdown.StopAsync(host);
            if (refusal is not null)
                throw new UsageException($"no TLS with {silo}: {OneLine.Of(refusal)}", e);
            // A silo that requires TLS closes a plaintext connection without a reason.
            throw identity is null && isReached
                ? new IOException($"{e.GetBaseException().Message} (does it want TLS? then "
                + $"{TlsEnvironment.Certificate} must name a certificate, see --help)") : e;
        }
        catch
        {
            await HostShutdown.StopAsync(host);
            throw;
        }
    }

    // Orleans logs lost connections with stack traces; the caller of a failed call reports it anyway.
    private static bool IsForUsers(string? category) =>
        category?.StartsWith("Orleans.", StringComparison.Ordinal) != true
        || category.StartsWith("Orleans.Mmu.", StringComparison.Ordinal)
        || Debugging.IsOn;

    private static IHost Build(IPEndPoint gateway, Func<bool> logs, Action<IClientBuilder> connect)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Logging
            .AddSimpleConsole(options => options.SingleLine = true)
            .AddFilter((category, level) => level >= LogLevel.Warning && IsForUsers(category) && logs());
        builder.Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(
            options => options.LogToStandardErrorThreshold = LogLevel.Trace);
        var loss = new GatewayLoss();
        builder.Services.AddSingleton(loss);
        builder.UseOrleansClient(client =>
        {
            connect(client);
            client.UseStaticClustering(gateway)
                .AddOutgoingGrainCallFilter(loss)
                .AddClusterConnectionLostHandler((_, _) => loss.Report())
                .Configure<ClusterOptions>(
                    options =>
                        (options.ClusterId, options.ServiceId) = (SiloSettings.ClusterId, SiloSettings.ClusterId))
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
        // Silos listen on IPv4 by default.
        var address = addresses.OrderBy(a => a.AddressFamily == AddressFamily.InterNetwork ? 0 : 1).First();
        return new(address, name.Port);
    }
}
