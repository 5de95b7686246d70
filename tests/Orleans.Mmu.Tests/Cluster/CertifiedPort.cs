using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Orleans.Mmu.Silo.Tls;

namespace Orleans.Mmu.Tests.Cluster;

/// <summary>Whether a port of a silo accepts a certificate.</summary>
internal static class CertifiedPort
{
    public static X509Certificate2 Load(TlsFiles files) =>
        X509Certificate2.CreateFromPemFile(files.Certificate!, files.CertificateKey);

    // A silo port writes first, once it has accepted the certificate.
    public static async Task<bool> IsAccepted(IPEndPoint address, X509Certificate2 certificate)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(address);
#pragma warning disable CA5359 // What is tested is what the other end trusts.
        await using var tls = new SslStream(socket.GetStream(), leaveInnerStreamOpen: false, (_, _, _, _) => true);
#pragma warning restore CA5359
        try
        {
            await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
            {
                TargetHost = address.Address.ToString(),
                ClientCertificateContext = SslStreamCertificateContext.Create(certificate, null, offline: true),
            });
            return await tls.ReadAsync(new byte[1]) == 1;
        }
        catch (Exception e) when (e is IOException or System.Security.Authentication.AuthenticationException)
        {
            return false;
        }
    }
}
