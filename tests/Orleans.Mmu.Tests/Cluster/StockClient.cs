using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;
using Orleans.Mmu.Chaos.Processes;
using Orleans.Mmu.Silo.Settings;
using Orleans.Mmu.Silo.Tls;
using Orleans.Runtime.Messaging;

namespace Orleans.Mmu.Tests.Cluster;

/// <summary>A client as Orleans and its package for TLS make one, without any of this project's extensions.</summary>
internal static class StockClient
{
    /// <param name="files">Whom it trusts, and its certificate; no certificate: it shows none.</param>
    /// <exception cref="ConnectionFailedException">It was refused.</exception>
    public static async Task<IHost> ConnectAsync(RunningSilo silo, TlsFiles files)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.UseOrleansClient(client => client
            .UseStaticClustering(silo.Gateway)
            .Configure<ClusterOptions>(options => options.ClusterId = options.ServiceId = SiloSettings.ClusterId)
            .UseConnectionRetryFilter((_, _) => Task.FromResult(false))
            .UseTls(options =>
            {
                if (files.Certificate is not null)
                    options.LocalCertificate =
                        X509Certificate2.CreateFromPemFile(files.Certificate, files.CertificateKey);
                options.OnAuthenticateAsClient = (_, client) => client.TargetHost = silo.Gateway.Address.ToString();
                options.RemoteCertificateValidation = (certificate, _, _) => IsSigned(certificate, files.Authority!);
            }));
        var host = builder.Build();
        try
        {
            await host.StartAsync();
            return host;
        }
        catch
        {
            host.Dispose();
            throw;
        }
    }

    /// <summary>Expects that the silo ends the connection.</summary>
    public static Task AssertRefusedAsync(RunningSilo silo, TlsFiles files) =>
        Assert.ThrowsAnyAsync<ConnectionFailedException>(() => ConnectAsync(silo, files));

    private static bool IsSigned(X509Certificate2 certificate, string authority)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.CustomTrustStore.ImportFromPemFile(authority);
        return chain.Build(certificate);
    }
}
