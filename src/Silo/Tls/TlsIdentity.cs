using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Orleans.Connections.Security;

namespace Orleans.Mmu.Silo.Tls;

/// <summary>
/// The certificate of one end of a connection, and the authority by which it checks other certificates.
/// </summary>
public sealed class TlsIdentity
{
    // Older versions are broken, and both ends are built from this project.
    private const SslProtocols Versions = SslProtocols.Tls12 | SslProtocols.Tls13;

    private readonly X509Certificate2Collection _authorities;
    private readonly SslStreamCertificateContext _context;

    private TlsIdentity(
        X509Certificate2 certificate, X509Certificate2Collection between, X509Certificate2Collection authorities)
    {
        (Certificate, _authorities) = (certificate, authorities);
        // Offline: certificates that are not in the file are not downloaded from the addresses that a certificate
        // names.
        _context = SslStreamCertificateContext.Create(certificate, between, offline: true);
    }

    /// <summary>The certificate that this end presents.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>Reads the files and refuses a certificate that no other end would accept.</summary>
    /// <param name="role">The role that the certificate must permit.</param>
    /// <exception cref="ArgumentException">
    /// A file is missing, unreadable or unusable; the message is one line.
    /// </exception>
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

    /// <summary>The time limit of a handshake.</summary>
    internal static TimeSpan HandshakeLimit { get; } = TimeSpan.FromSeconds(10);

    /// <summary>The options of the package's TLS middleware for one connection, for either end.</summary>
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

    // The package sets one certificate, without intermediate certificates, and trusts only the system's authorities.
    private void Complete(SslServerAuthenticationOptions options)
    {
        (options.ServerCertificate, options.ServerCertificateSelectionCallback) = (null, null);
        options.ServerCertificateContext = _context;
        options.CertificateChainPolicy = Policy();
        options.AllowRenegotiation = false;
        // Resuming a session would skip the check of the certificate.
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

    // An authority of a laboratory publishes no revocations: after a key is lost, a new authority replaces it.
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
