using Orleans.Mmu.Chaos.Processes;
using Orleans.Mmu.Client.Laboratories;
using Orleans.Mmu.Silo.Tls;

namespace Orleans.Mmu.Tests.Cluster;

/// <summary>A silo in a cluster of its own, as a process and on ports of its own.</summary>
internal static class LoneSilo
{
    /// <summary>
    /// Starts a silo, without the dashboard unless the settings ask for it, and waits until it is ready.
    /// </summary>
    /// <exception cref="InvalidOperationException">It ends instead; the message has its output.</exception>
    public static async Task<RunningSilo> StartAsync(params string[] settings)
    {
        var ports = RedisCluster.FreePorts();
        var process = await ChildProcess.StartAsync("dotnet",
        [
            Path.Combine(AppContext.BaseDirectory, "Orleans.Mmu.Silo.dll"),
            FormattableString.Invariant($"--Silo:SiloPort={ports.Silo}"),
            FormattableString.Invariant($"--Silo:GatewayPort={ports.Gateway}"),
            // The dashboard is almost half of the work of a silo's start.
            FormattableString.Invariant($"--Silo:HttpPort={ports.Http}"), "--Silo:Dashboard=false", .. settings,
        ], "silo ready");
        return new(process, ports);
    }

    /// <summary>A client of it, with these files or without TLS.</summary>
    public static Task<ILaboratory> ConnectAsync(this RunningSilo silo, TlsFiles? tls = null) =>
        RemoteLaboratory.OpenAsync(Gateways.Of(silo.Gateway), tls ?? new(), CancellationToken.None);
}
