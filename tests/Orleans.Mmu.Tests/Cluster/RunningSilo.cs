using System.Net;
using System.Net.Sockets;
using Orleans.Mmu.Client;
using Orleans.Mmu.Silo;

namespace Orleans.Mmu.Tests.Cluster;

/// <summary>A silo that runs as a process, on ports of its own.</summary>
/// <param name="Gateway">Where clients reach it.</param>
/// <param name="Silo">Where silos reach it.</param>
/// <param name="Http">Health, metrics, the dashboard.</param>
internal sealed record RunningSilo(ChildProcess Process, IPEndPoint Gateway, IPEndPoint Silo, Uri Http) : IDisposable
{
    /// <summary>Starts a silo and waits until it is ready.</summary>
    /// <exception cref="InvalidOperationException">It ends instead; the message has its output.</exception>
    public static async Task<RunningSilo> StartAsync(params string[] settings)
    {
        var (silo, gateway, http) = (FreePort(), FreePort(), FreePort());
        var process = await ChildProcess.StartAsync("dotnet",
        [
            Path.Combine(AppContext.BaseDirectory, "Orleans.Mmu.Silo.dll"),
            FormattableString.Invariant($"--Silo:SiloPort={silo}"), FormattableString.Invariant($"--Silo:GatewayPort={gateway}"),
            FormattableString.Invariant($"--Silo:HttpPort={http}"), .. settings,
        ], "silo ready");
        return new(process, new(IPAddress.Loopback, gateway), new(IPAddress.Loopback, silo), new(FormattableString.Invariant($"http://127.0.0.1:{http}")));
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public Task<ILaboratory> ConnectAsync(TlsFiles? tls = null) => Laboratory.OpenAsync(Gateway, tls ?? new(), CancellationToken.None);

    public void Dispose() => Process.Dispose();
}
