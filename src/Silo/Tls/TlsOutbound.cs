using System.Net;
using System.Net.Security;
using System.Security.Authentication;

namespace Orleans.Mmu.Silo.Tls;

/// <summary>The end that calls.</summary>
/// <param name="role">What the called end must be.</param>
/// <param name="host">The name that was called; null: the address.</param>
/// <param name="refused">Hears why a connection did not come about.</param>
internal sealed class TlsOutbound(TlsIdentity identity, PeerRole role, string? host, ILogger<TlsConnection> logger, Action<string>? refused)
    : TlsConnection(logger)
{
    protected override string Silence => "it speaks no TLS, or does not accept this end's certificate";

    protected override PeerCertificate Peer(EndPoint? remote) => new(role, host ?? (remote as IPEndPoint)?.Address.ToString() ?? "");

    protected override async Task Handshake(SslStream tls, PeerCertificate peer, CancellationToken cancellationToken)
    {
        await tls.AuthenticateAsClientAsync(identity.ForOutbound(peer), cancellationToken);
        byte[] answer = new byte[1];
        await tls.ReadExactlyAsync(answer, cancellationToken);
        if (answer[0] != TlsInbound.Accepted)
            throw new AuthenticationException("it is no silo of this laboratory");
    }

    protected override void Refused(string reason) => refused?.Invoke(reason);
}
