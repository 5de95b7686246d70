using System.Globalization;
using System.Net;
using Microsoft.Extensions.Time.Testing;
using Orleans.Mmu.Silo.Settings;
using Orleans.Mmu.Silo.Tls;

namespace Orleans.Mmu.Tests.Cluster;

/// <summary>What a silo refuses to start with, each in one line that names the setting.</summary>
public sealed class SiloSettingsTests
{
    [Fact]
    public async Task Listening_beyond_loopback_needs_TLS_or_an_accepted_risk()
    {
        var failure =
            await Assert.ThrowsAsync<InvalidOperationException>(() => LoneSilo.StartAsync("--Silo:Listen=0.0.0.0"));
        Assert.EndsWith(
            "the silo cannot run: Silo:Listen: expected a loopback address, or Silo:Tls:Certificate and "
            + "Silo:Tls:Authority, or Silo:AcceptPlaintextRisk=true, found 0.0.0.0 without them: every program that "
            + "reaches it could call every grain (see SECURITY.md)",
            failure.Message.TrimEnd(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("25")]
    public async Task A_repaint_has_no_more_windows_than_the_writer_keeps_versions_for(string windows)
    {
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(
            () => LoneSilo.StartAsync($"--Mmu:WindowsPerRange={windows}"));
        Assert.EndsWith("the silo cannot run: Mmu: WindowsPerRange must be 1 to 24", failure.Message.TrimEnd(),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_accepted_risk_is_in_the_log()
    {
        var silo = await LoneSilo.StartAsync(
            "--Silo:Listen=0.0.0.0", "--Silo:Advertise=127.0.0.1", "--Silo:AcceptPlaintextRisk=true");
        using var process = silo.Process;
        Assert.Contains(
            "Silo:AcceptPlaintextRisk: 0.0.0.0 is open without TLS", silo.Process.Output, StringComparison.Ordinal);
        await using var laboratory = await silo.ConnectAsync();
    }

    [Theory]
    [InlineData("23:00:00")]
    [InlineData("1.00:00:00.5")]
    public void State_is_kept_for_a_day_or_more(string time)
    {
        var ports = Orleans.Mmu.Chaos.Processes.RedisCluster.FreePorts();
        var settings = new SiloSettings
        {
            KeepState = TimeSpan.Parse(time, CultureInfo.InvariantCulture),
            SiloPort = ports.Silo,
            GatewayPort = ports.Gateway,
            HttpPort = ports.Http,
        };
        Assert.Equal(
            $"Silo:KeepState: expected 1.00:00:00 or more, in whole seconds, found {settings.KeepState}",
            Assert.Throws<ArgumentException>(settings.Validate).Message);
    }

    [Theory]
    [InlineData("localhost", null, "Silo:Listen: expected an IP address such as 127.0.0.1 or 10.0.0.5, found "
        + "\"localhost\"")]
    [InlineData("0.0.0.0", null, "Silo:Advertise: expected the IP address that others reach this silo at, found "
        + "\"0.0.0.0\"")]
    [InlineData("::", "::", "Silo:Advertise: expected the IP address that others reach this silo at, found \"::\"")]
    [InlineData("192.0.2.1", null, "Silo:Listen: expected an address of this machine, found 192.0.2.1")]
    public void An_address_must_be_one(string listen, string? advertise, string message)
    {
        var settings = new SiloSettings
        {
            Listen = listen,
            Advertise = advertise,
            AcceptPlaintextRisk = true,
            SiloPort = Orleans.Mmu.Chaos.Processes.RedisCluster.FreePorts().Silo,
        };
        Assert.Equal(message, Assert.Throws<ArgumentException>(settings.Validate).Message);
    }

    [Fact]
    public void Half_of_TLS_is_none()
    {
        using var authority = new TestAuthority();
        var good = authority.Silo();
        Refuses("Silo:Tls:Authority: expected a PEM file with the certificate of the authority that signs silos' and "
            + "clients', found none",
            new() { Certificate = good.Certificate, CertificateKey = good.CertificateKey });
        Refuses("Silo:Tls:Certificate: expected a PEM or PKCS #12 file with a certificate, found none",
            new() { Authority = good.Authority });
        Refuses($"Silo:Tls:CertificateKey: expected a PEM file with the certificate's private key, found another "
            + $"format, or a certificate and a key that do not belong together: {good.Certificate}",
            new() { Certificate = good.Certificate, Authority = good.Authority });
    }

    [Fact]
    public void A_file_of_no_use_is_named()
    {
        using var authority = new TestAuthority();
        using var other = new TestAuthority("other");
        var good = authority.Silo();
        string text = authority.Write("text.pem", "no certificate");
        Refuses($"Silo:Tls:Certificate: expected a PEM or PKCS #12 file with a certificate, found no such file: "
            + $"{good.Certificate}.no",
            new() { Certificate = good.Certificate + ".no", Authority = good.Authority });
        Refuses($"Silo:Tls:Certificate: expected a PEM or PKCS #12 file with a certificate, found another format, or "
            + $"a certificate and a key that do not belong together: {text}",
            new() { Certificate = text, Authority = good.Authority });
        Refuses($"Silo:Tls:CertificateKey: expected a PEM file with the certificate's private key, found another "
            + $"format, or a certificate and a key that do not belong together: {authority.Client().CertificateKey}",
            new()
            {
                Certificate = good.Certificate,
                CertificateKey = authority.Client().CertificateKey,
                Authority =
                good.Authority
            });
        Refuses($"Silo:Tls:Authority: expected a PEM file with the certificate of the authority that signs silos' "
            + $"and clients', found no certificate in {text}",
            new() { Certificate = good.Certificate, CertificateKey = good.CertificateKey, Authority = text });
        Refuses($"Silo:Tls:Authority: expected a PEM file with the certificate of the authority that signs silos' "
            + $"and clients', found \"CN=silo\" in {good.Certificate}, which is no root of any",
            new()
            {
                Certificate = good.Certificate,
                CertificateKey = good.CertificateKey,
                Authority =
                good.Certificate
            });
        Refuses($"Silo:Tls:Certificate: expected a certificate signed by {other.AuthorityFile}, found \"CN=silo\" in "
            + $"{good.Certificate} (PartialChain)",
            new()
            {
                Certificate = good.Certificate,
                CertificateKey = good.CertificateKey,
                Authority =
                other.AuthorityFile
            });
        Refuses($"Silo:Tls:Certificate: expected a certificate for TLS servers, found \"CN=client\" in "
            + $"{authority.Client().Certificate}, whose extended key usage does not say so", authority.Client());
    }

    [Fact]
    public void A_certificate_is_valid_for_its_time()
    {
        using var authority = new TestAuthority();
        var late = new FakeTimeProvider(DateTimeOffset.UtcNow.AddDays(2));
        string message = Assert.Throws<ArgumentException>(
            () => TlsIdentity.Load(authority.Silo(), TlsNames.Silo, PeerRole.Silo, late)).Message;
        Assert.Matches(
            "^Silo:Tls:Certificate: expected a certificate that is valid now, found \"CN=silo\" in .*, valid from "
            + "[0-9-]+ to [0-9-]+$", message);
    }

    [Fact]
    public void A_PKCS12_file_needs_its_password()
    {
        using var authority = new TestAuthority();
        var pem = authority.Sign("silo", [TestAuthority.ServerAuth, TestAuthority.ClientAuth], IPAddress.Loopback);
        using var certificate = System.Security.Cryptography.X509Certificates.X509Certificate2.CreateFromPemFile(
            pem.Certificate!, pem.CertificateKey);
        string file = authority.Write("silo.pfx", "");
        File.WriteAllBytes(
            file, certificate.Export(System.Security.Cryptography.X509Certificates.X509ContentType.Pkcs12, "secret"));
        var files = new TlsFiles { Certificate = file, Password = "secret", Authority = authority.AuthorityFile };
        Assert.Equal(
            "CN=silo", TlsIdentity.Load(files, TlsNames.Silo, PeerRole.Silo, TimeProvider.System).Certificate.Subject);
        files.Password = "guess";
        Refuses($"Silo:Tls:Certificate: expected a PKCS #12 file with a certificate and its private key, and its "
            + $"password, found another format, or a certificate and a key that do not belong together: {file}", files);
    }

    private static void Refuses(string message, TlsFiles files) =>
        Assert.Equal(message, Assert.Throws<ArgumentException>(
            () => TlsIdentity.Load(files, TlsNames.Silo, PeerRole.Silo, TimeProvider.System)).Message);
}
