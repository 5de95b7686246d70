using System.Globalization;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Orleans.Mmu.Silo.Tls;

/// <summary>The roles that a certificate can permit, by its extended key usage.</summary>
public enum PeerRole
{
    /// <summary>It connects to gateways: clientAuth.</summary>
    Client,

    /// <summary>It accepts connections of clients and silos: serverAuth.</summary>
    Gateway,

    /// <summary>
    /// A silo of the cluster, which connects and accepts connections: both usages. So a client's certificate is not
    /// valid for a silo.
    /// </summary>
    Silo,
}

/// <summary>Checks the certificate of the other end of one connection.</summary>
/// <param name="role">The role that the certificate must permit.</param>
/// <param name="name">The host name or address that the certificate must match; null on the accepting end.</param>
internal sealed class PeerCertificate(PeerRole role, string? name)
{
    private const string ServerAuth = "1.3.6.1.5.5.7.3.1";
    private const string ClientAuth = "1.3.6.1.5.5.7.3.2";

    public string? Name => name;

    /// <summary>Why the certificate was refused; null before the check and if it was accepted.</summary>
    public string? Objection { get; private set; }

    /// <summary>Checks the certificate that the other end presents.</summary>
    public bool Accepts(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) =>
        (Objection = Object(certificate as X509Certificate2, chain, errors)) is null;

    /// <summary>
    /// The usage that the certificate lacks for a role, by its extended key usage; null if it lacks none.
    /// </summary>
    public static string? Lacks(X509Certificate2 certificate, PeerRole role)
    {
        // By the standard, a certificate without the extension is valid for every usage. It is refused here.
        var usages = certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>()
            .SelectMany(e => e.EnhancedKeyUsages.Cast<System.Security.Cryptography.Oid>()).Select(o => o.Value)
            .ToHashSet();
        if (role != PeerRole.Client && !usages.Contains(ServerAuth))
            return "TLS servers";
        return role != PeerRole.Gateway && !usages.Contains(ClientAuth) ? "TLS clients" : null;
    }

    public static string Validity(X509Certificate2 certificate) => string.Create(CultureInfo.InvariantCulture,
        $"valid from {certificate.NotBefore.ToUniversalTime():yyyy-MM-dd} to "
        + $"{certificate.NotAfter.ToUniversalTime():yyyy-MM-dd}");

    public static string Statuses(X509Chain chain) =>
        string.Join(", ", chain.ChainStatus.Select(s => s.Status).Distinct());

    private string? Object(X509Certificate2? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is null)
            return "it shows no certificate";
        string who = $"its certificate \"{certificate.Subject}\"";
        if (chain is not null && chain.ChainStatus.Any(s => s.Status == X509ChainStatusFlags.NotTimeValid))
            return $"{who} is not valid now ({Validity(certificate)})";
        if (Lacks(certificate, role) is { } lacks)
            return $"{who} is not for {lacks}";
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors))
            return $"{who} is not signed by the authority ({(chain is null ? "no chain" : Statuses(chain))})";
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
            return $"{who} is not for {name}";
        return errors == SslPolicyErrors.None ? null : $"{who}: {errors}";
    }
}
