using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Orleans.Mmu.Silo.Tls;

/// <summary>Who one end of a connection is, and by whom it knows others.</summary>
public sealed class TlsIdentity
{
    // Older versions are broken; both ends are of this house, so that nobody needs them.
    private const SslProtocols Versions = SslProtocols.Tls12 | SslProtocols.Tls13;

    private readonly X509Certificate2Collection _authorities;
    private readonly SslStreamCertificateContext _context;

    private TlsIdentity(X509Certificate2 certificate, X509Certificate2Collection between, X509Certificate2Collection authorities)
    {
        (Certificate, _authorities) = (certificate, authorities);
        // Offline: what is not in the file is not fetched from where a certificate says.
        _context = SslStreamCertificateContext.Create(certificate, between, offline: true);
    }

    /// <summary>The certificate that others see.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>Reads the files, and refuses what no other end would accept anyway.</summary>
    /// <param name="role">What the certificate must be good for.</param>
    /// <exception cref="ArgumentException">A file is missing, unreadable or of no use, in one line.</exception>
    public static TlsIdentity Load(TlsFiles files, TlsNames names, PeerRole role, TimeProvider time)
    {
        var authorities = CertificateFiles.ReadAuthorities(files.Authority, names.Authority);
        var (certificate, between) = CertificateFiles.ReadCertificate(files, names);
        string who = $"\"{certificate.Subject}\" in {files.Certificate}";
        var now = time.GetUtcNow().UtcDateTime;
        if (now < certificate.NotBefore.ToUniversalTime() || now > certificate.NotAfter.ToUniversalTime())
            throw new ArgumentException($"{names.Certificate}: expected a certificate that is valid now, found {who}, {PeerCertificate.Validity(certificate)}");
        if (PeerCertificate.Lacks(certificate, role) is { } lacks)
            throw new ArgumentException($"{names.Certificate}: expected a certificate for {lacks}, found {who}, whose extended key usage does not say so");
        var identity = new TlsIdentity(certificate, between, authorities);
        using var chain = new X509Chain { ChainPolicy = identity.Policy() };
        chain.ChainPolicy.ExtraStore.AddRange(between);
        return chain.Build(certificate)
            ? identity
            : throw new ArgumentException($"{names.Certificate}: expected a certificate signed by {files.Authority}, found {who} ({PeerCertificate.Statuses(chain)})");
    }

    /// <summary>What the end that was called does with a handshake.</summary>
    internal SslServerAuthenticationOptions ForInbound(PeerCertificate peer) => new()
    {
        ServerCertificateContext = _context,
        ClientCertificateRequired = true,
        EnabledSslProtocols = Versions,
        CertificateChainPolicy = Policy(),
        RemoteCertificateValidationCallback = (_, certificate, chain, errors) => peer.Accepts(certificate, chain, errors),
        AllowRenegotiation = false,
        // A resumed session would be one that nobody looked at again.
        AllowTlsResume = false,
    };

    /// <summary>What the end that calls does with a handshake.</summary>
    internal SslClientAuthenticationOptions ForOutbound(PeerCertificate peer) => new()
    {
        TargetHost = peer.Name,
        ClientCertificateContext = _context,
        EnabledSslProtocols = Versions,
        CertificateChainPolicy = Policy(),
        RemoteCertificateValidationCallback = (_, certificate, chain, errors) => peer.Accepts(certificate, chain, errors),
        AllowTlsResume = false,
    };

    // An authority of a laboratory publishes no revocations: whose key was lost is replaced by a new authority.
    private X509ChainPolicy Policy()
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        policy.CustomTrustStore.AddRange(_authorities);
        return policy;
    }
}
