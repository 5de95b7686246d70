using System.Net;
using Microsoft.AspNetCore.Connections;
using Orleans.Connections.Security;
using Orleans.Mmu.Inputs;

namespace Orleans.Mmu.Silo.Tls;

/// <summary>
/// Gives each connection the TLS middleware of Microsoft.Orleans.Connections.Security with options of its own, and says
/// in one line why a handshake failed. The package's UseTls has one set of options for all ports of a silo, its
/// certificate callback hears of no connection, and a failed handshake ends its middleware with a stack trace in the
/// log and without an exception.
/// </summary>
/// <param name="role">What the other end must be.</param>
/// <param name="refused">Hears why a connection did not come about, and of each end of one that did.</param>
internal sealed partial class TlsHandshake(
    TlsIdentity identity, PeerRole role, TimeProvider time, ILogger<TlsHandshake> logger, Action<string>? refused =
        null)
{
    private const string SilentCaller = "it speaks no TLS, ended the handshake, or shows no certificate";
    private const string SilentCallee = "it speaks no TLS, or does not accept this end's certificate";

    // In TLS 1.3 a caller is done before the called end has looked at its certificate: a refusal then is an end.
    private const string Ended = "it does not accept this end's certificate, or is no silo of this laboratory";

    // A timer may end some milliseconds before the clock says so.
    private static readonly TimeSpan TimerSlack = TimeSpan.FromMilliseconds(50);

    /// <summary>This end is called.</summary>
    public void AddInbound(IConnectionBuilder builder) => builder.Use(next => context =>
        RunAsync(context, new(role, name: null), SilentCaller,
            Middleware(builder, next, (b, options) => b.UseServerTls(options))));

    /// <summary>This end calls.</summary>
    /// <param name="host">The name that it calls; null: the address.</param>
    public void AddOutbound(IConnectionBuilder builder, string? host = null) => builder.Use(next => context =>
        RunAsync(context, new(role, host ?? (context.RemoteEndPoint as IPEndPoint)?.Address.ToString() ?? ""),
            SilentCallee, Middleware(builder, next, (b, options) => b.UseClientTls(options))));

    // What a connection runs through, with options of its own; the last tells that the handshake is over.
    private Func<PeerCertificate, Action, ConnectionDelegate> Middleware(
        IConnectionBuilder builder, ConnectionDelegate next, Action<IConnectionBuilder, TlsOptions> useTls) =>
        (peer, greeted) =>
        {
            var connection = new ConnectionBuilder(builder.ApplicationServices);
            useTls(connection, identity.OptionsFor(peer));
            connection.Run(encrypted =>
            {
                greeted();
                return next(encrypted);
            });
            return connection.Build();
        };

    private async Task RunAsync(
        ConnectionContext context, PeerCertificate peer, string silence,
        Func<PeerCertificate, Action, ConnectionDelegate> middleware)
    {
        bool isGreeted = false;
        long began = time.GetTimestamp();
        try
        {
            await middleware(peer, () => isGreeted = true)(context);
        }
        finally
        {
            if (isGreeted)
                refused?.Invoke(Ended);
        }

        if (isGreeted)
            return;
        bool isLate = time.GetElapsedTime(began) >= TlsIdentity.HandshakeLimit - TimerSlack;
        // A certificate's names come from the other end, whether or not any authority vouches for them.
        string reason = peer.Objection is { } objection ? OneLine.Of(objection)
            : isLate ? $"no TLS handshake within {TlsIdentity.HandshakeLimit.TotalSeconds:0} s" : silence;
        LogRefused(logger, context.RemoteEndPoint, reason);
        refused?.Invoke(reason);
        throw new ConnectionAbortedException(reason);
    }

    [LoggerMessage(1, LogLevel.Warning, "No TLS with {Remote}: {Reason}")]
    private static partial void LogRefused(ILogger logger, EndPoint? remote, string reason);
}
