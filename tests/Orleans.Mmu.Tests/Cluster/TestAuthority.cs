using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Orleans.Mmu.Silo.Tls;

namespace Orleans.Mmu.Tests.Cluster;

/// <summary>An authority for one test; what it signs lies in files.</summary>
internal sealed class TestAuthority : IDisposable
{
    public const string ServerAuth = "1.3.6.1.5.5.7.3.1";
    public const string ClientAuth = "1.3.6.1.5.5.7.3.2";

    private readonly X509Certificate2 _certificate;
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("mmu-tls");

    public TestAuthority(string name = "authority")
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(
            new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, critical: true));
        _certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-30), DateTimeOffset.UtcNow.AddDays(30));
        File.WriteAllText(AuthorityFile, _certificate.ExportCertificatePem());
    }

    public string AuthorityFile => Path.Combine(_directory.FullName, "authority.pem");

    /// <summary>For a silo on loopback.</summary>
    public TlsFiles Silo() => Sign("silo", [ServerAuth, ClientAuth], IPAddress.Loopback);

    /// <summary>For a client.</summary>
    public TlsFiles Client() => Sign("client", [ClientAuth], null);

    public static string[] Settings(TlsFiles files) =>
        [$"--Silo:Tls:Certificate={files.Certificate}", $"--Silo:Tls:CertificateKey={files.CertificateKey}",
        $"--Silo:Tls:Authority={files.Authority}"];

    /// <param name="address">What it is for; null: nothing that can be called.</param>
    /// <param name="days">From when to when it is valid, in days from now.</param>
    /// <param name="subject">Whom it names; null: the common name alone.</param>
    public TlsFiles Sign(
        string name, string[] usages, IPAddress? address, (int From, int To) days = default,
        X500DistinguishedName? subject = null)
    {
        var (from, to) = days == default ? (-1, 1) : days;
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject ?? new($"CN={name}"), key, HashAlgorithmName.SHA256);
        var usage = new OidCollection();
        foreach (string oid in usages)
            usage.Add(new Oid(oid));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(usage, critical: false));
        if (address is not null)
        {
            var names = new SubjectAlternativeNameBuilder();
            names.AddIpAddress(address);
            request.CertificateExtensions.Add(names.Build());
        }

        using var certificate = request.Create(_certificate, DateTimeOffset.UtcNow.AddDays(from),
            DateTimeOffset.UtcNow.AddDays(to), RandomNumberGenerator.GetBytes(8));
        return new()
        {
            Certificate = Write($"{name}.pem", certificate.ExportCertificatePem()),
            CertificateKey = Write($"{name}.key", key.ExportPkcs8PrivateKeyPem()),
            Authority = AuthorityFile,
        };
    }

    public string Write(string name, string text)
    {
        string file = Path.Combine(_directory.FullName, name);
        File.WriteAllText(file, text);
        return file;
    }

    public void Dispose()
    {
        _certificate.Dispose();
        _directory.Delete(recursive: true);
    }
}
