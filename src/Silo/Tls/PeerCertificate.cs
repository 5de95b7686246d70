using System.Globalization;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Orleans.Mmu.Silo.Tls;

/// <summary>What the holder of a certificate may be.</summary>
public enum PeerRole
{
    /// <summary>Calls gateways: clientAuth.</summary>
    Client,

    /// <summary>Is called by clients and by silos: serverAuth.</summary>
    Gateway,

    /// <summary>
    /// A silo of the cluster, which calls and is called: both. A client's certificate does not make a silo.
    /// </summary>
    Silo,
}

/// <summary>The certificate of the other end of one connection, and what is wrong with it.</summary>
/// <param name="role">What it must be good for.</param>
/// <param name="name">The host name or address that it must be for; null where nobody was called.</param>
internal sealed class PeerCertificate(PeerRole role, string? name)
{
    private const string ServerAuth = "1.3.6.1.5.5.7.3.1";
    private const string ClientAuth = "1.3.6.1.5.5.7.3.2";

    public string? Name => name;

    /// <summary>Why it was refused; null before, and where it was not.</summary>
    public string? Objection { get; private set; }

    /// <summary>Looks at what the other end shows.</summary>
    public bool Accepts(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) =>
        (Objection = Object(certificate as X509Certificate2, chain, errors)) is null;

    /// <summary>
    /// What the certificate is not for, by its extended key usage; null where it is for all of the role.
    /// </summary>
    public static string? Lacks(X509Certificate2 certificate, PeerRole role)
    {
        // A certificate without the extension would be good for everything: that is not assumed.
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
