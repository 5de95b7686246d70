using System.Net;
using System.Net.Security;

namespace Orleans.Mmu.Silo.Tls;

/// <summary>The end that was called.</summary>
/// <param name="role">Who may call.</param>
internal sealed class TlsInbound(TlsIdentity identity, PeerRole role, ILogger<TlsConnection> logger) : TlsConnection(logger)
{
    /// <summary>
    /// The first byte after the handshake. In TLS 1.3 a client is done before the server has looked at its certificate,
    /// and would hear of a refusal at some later time, from a connection that it believes to be good.
    /// </summary>
    public const byte Accepted = 6;

    protected override string Silence => "it speaks no TLS, or ended the handshake";

    protected override PeerCertificate Peer(EndPoint? remote) => new(role, name: null);

    protected override async Task Handshake(SslStream tls, PeerCertificate peer, CancellationToken cancellationToken)
    {
        await tls.AuthenticateAsServerAsync(identity.ForInbound(peer), cancellationToken);
        await tls.WriteAsync(new[] { Accepted }, cancellationToken);
        await tls.FlushAsync(cancellationToken);
    }
}
