using System.Net;
using Microsoft.AspNetCore.Connections;
using Orleans.Connections.Security;
using Orleans.Mmu.Inputs;

namespace Orleans.Mmu.Silo.Tls;

/// <summary>
/// Runs the TLS middleware of Microsoft.Orleans.Connections.Security with separate options for each connection, and
/// reports in one line why a handshake failed. The package's UseTls has one set of options for all ports of a silo,
/// does not tell its certificate callback which connection it is for, and logs a failed handshake as a stack trace
/// without throwing.
/// </summary>
/// <param name="role">The role that the other end's certificate must permit.</param>
/// <param name="refused">Receives the reason when a connection is refused or its handshake fails.</param>
internal sealed partial class TlsHandshake(
    TlsIdentity identity, PeerRole role, TimeProvider time, ILogger<TlsHandshake> logger, Action<string>? refused =
        null)
{
    private const string SilentCaller = "it speaks no TLS, ended the handshake, or shows no certificate";
    private const string SilentCallee = "it speaks no TLS, or does not accept this end's certificate";

    // In TLS 1.3 the connecting end completes the handshake before the accepting end has checked its certificate; a
    // refusal then shows as a closed connection.
    private const string Ended = "it does not accept this end's certificate, or is no silo of this laboratory";

    // A timer may fire some milliseconds before the clock reaches its time.
    private static readonly TimeSpan TimerSlack = TimeSpan.FromMilliseconds(50);

    /// <summary>Adds the handshake to connections that this end accepts.</summary>
    public void AddInbound(IConnectionBuilder builder) => builder.Use(next => context =>
        RunAsync(context, new(role, name: null), SilentCaller,
            Middleware(builder, next, (b, options) => b.UseServerTls(options))));

    /// <summary>Adds the handshake to connections that this end opens.</summary>
    /// <param name="host">The host name of the other end; null for its address.</param>
    public void AddOutbound(IConnectionBuilder builder, string? host = null) => builder.Use(next => context =>
        RunAsync(context, new(role, host ?? (context.RemoteEndPoint as IPEndPoint)?.Address.ToString() ?? ""),
            SilentCallee, Middleware(builder, next, (b, options) => b.UseClientTls(options))));

    // The middleware of one connection with its own options; the last part reports that the handshake is complete.
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
        // The names in a certificate come from the other end, even if no authority signed the certificate.
        string reason = peer.Objection is { } objection ? OneLine.Of(objection)
            : isLate ? $"no TLS handshake within {TlsIdentity.HandshakeLimit.TotalSeconds:0} s" : silence;
        LogRefused(logger, context.RemoteEndPoint, reason);
        refused?.Invoke(reason);
        throw new ConnectionAbortedException(reason);
    }

    [LoggerMessage(1, LogLevel.Warning, "No TLS with {Remote}: {Reason}")]
    private static partial void LogRefused(ILogger logger, EndPoint? remote, string reason);
}
