using System.IO.Pipelines;
using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using Microsoft.AspNetCore.Connections;
using Orleans.Runtime.Messaging;

namespace Orleans.Mmu.Silo.Tls;

/// <summary>A connection is handed on once both ends have shown certificates that the other accepts; then all of it is encrypted.</summary>
internal abstract partial class TlsConnection(ILogger<TlsConnection> logger) : IConnectionMiddleware
{
    // Whoever connects and says nothing must not hold a connection for longer.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public async Task OnConnectionAsync(ConnectionContext context, ConnectionDelegate next)
    {
        var plain = context.Transport;
        await using var stream = new TransportStream(plain);
        await using var tls = new SslStream(stream, leaveInnerStreamOpen: true);
        await Greet(context, tls);
        var encrypted = new Encrypted(tls);
        try
        {
            context.Transport = encrypted;
            await next(context);
        }
        finally
        {
            context.Transport = plain;
            await encrypted.Input.CompleteAsync();
            await encrypted.Output.CompleteAsync();
        }
    }

    /// <summary>Which certificate the other end must show.</summary>
    protected abstract PeerCertificate Peer(EndPoint? remote);

    /// <summary>The handshake, up to where this end knows that the other accepts it.</summary>
    protected abstract Task Handshake(SslStream tls, PeerCertificate peer, CancellationToken cancellationToken);

    /// <summary>What is said where the handshake ended without a reason.</summary>
    protected abstract string Silence { get; }

    /// <summary>Hears why a connection did not come about.</summary>
    protected virtual void Refused(string reason)
    {
    }

    private async Task Greet(ConnectionContext context, SslStream tls)
    {
        var peer = Peer(context.RemoteEndPoint);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(context.ConnectionClosed);
        limit.CancelAfter(Patience);
        try
        {
            await Handshake(tls, peer, limit.Token);
        }
        catch (Exception e) when (e is AuthenticationException or IOException or OperationCanceledException or InvalidOperationException)
        {
            string reason = peer.Objection ?? e switch
            {
                OperationCanceledException when !context.ConnectionClosed.IsCancellationRequested => $"no TLS handshake within {Patience.TotalSeconds:0} s",
                AuthenticationException { InnerException: null } => e.Message.Split('\n')[0],
                _ => Silence,
            };
            LogRefused(logger, context.RemoteEndPoint, reason);
            Refused(reason);
            throw new ConnectionAbortedException(reason, e);
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "No TLS with {Remote}: {Reason}")]
    private static partial void LogRefused(ILogger logger, EndPoint? remote, string reason);

    private sealed class Encrypted(SslStream tls) : IDuplexPipe
    {
        // A record of TLS has at most 16 KiB.
        private const int Record = 16 << 10;

        public PipeReader Input { get; } = PipeReader.Create(tls, new(bufferSize: Record, leaveOpen: true));

        public PipeWriter Output { get; } = PipeWriter.Create(tls, new(minimumBufferSize: Record, leaveOpen: true));
    }
}
