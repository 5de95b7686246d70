using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Orleans.Connections.Security;

namespace Orleans.Mmu.Silo.Tls;

/// <summary>Who one end of a connection is, and by whom it knows others.</summary>
public sealed class TlsIdentity
{
    // Older versions are broken; both ends are of this house, so that nobody needs them.
    private const SslProtocols Versions = SslProtocols.Tls12 | SslProtocols.Tls13;

    private readonly X509Certificate2Collection _authorities;
    private readonly SslStreamCertificateContext _context;

    private TlsIdentity(
        X509Certificate2 certificate, X509Certificate2Collection between, X509Certificate2Collection authorities)
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
            throw new ArgumentException(
                $"{names.Certificate}: expected a certificate that is valid now, found {who}, "
                + $"{PeerCertificate.Validity(certificate)}");
        if (PeerCertificate.Lacks(certificate, role) is { } lacks)
            throw new ArgumentException(
                $"{names.Certificate}: expected a certificate for {lacks}, found {who}, whose extended key usage "
                + $"does not say so");
        var identity = new TlsIdentity(certificate, between, authorities);
        using var chain = new X509Chain { ChainPolicy = identity.Policy() };
        chain.ChainPolicy.ExtraStore.AddRange(between);
        return chain.Build(certificate)
            ? identity
            : throw new ArgumentException(
                $"{names.Certificate}: expected a certificate signed by {files.Authority}, found {who} "
                + $"({PeerCertificate.Statuses(chain)})");
    }

    /// <summary>How long the other end may take to show who it is.</summary>
    internal static TimeSpan HandshakeLimit { get; } = TimeSpan.FromSeconds(10);

    /// <summary>What the package for TLS needs for one connection, whichever end this is.</summary>
    internal TlsOptions OptionsFor(PeerCertificate peer) => new()
    {
        LocalCertificate = Certificate,
        RemoteCertificateMode = RemoteCertificateMode.RequireCertificate,
        ClientCertificateMode = RemoteCertificateMode.RequireCertificate,
        RemoteCertificateValidation = peer.Accepts,
        SslProtocols = Versions,
        CheckCertificateRevocation = false,
        HandshakeTimeout = HandshakeLimit,
        OnAuthenticateAsServer =
            (_, options) => Complete((SslServerAuthenticationOptions)options.SslServerAuthenticationOptions),
        OnAuthenticateAsClient =
            (_, options) => Complete((SslClientAuthenticationOptions)options.SslClientAuthenticationOptions, peer.Name),
    };

    // The package knows one certificate, no others between it and the authority, and no authorities but the system's.
    private void Complete(SslServerAuthenticationOptions options)
    {
        (options.ServerCertificate, options.ServerCertificateSelectionCallback) = (null, null);
        options.ServerCertificateContext = _context;
        options.CertificateChainPolicy = Policy();
        options.AllowRenegotiation = false;
        // A resumed session would pass without a look at the certificate.
        options.AllowTlsResume = false;
    }

    private void Complete(SslClientAuthenticationOptions options, string? name)
    {
        options.TargetHost = name;
        options.ClientCertificates = null;
        options.ClientCertificateContext = _context;
        options.CertificateChainPolicy = Policy();
        options.AllowRenegotiation = false;
        options.AllowTlsResume = false;
    }

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
