using System.Net;
using System.Net.Sockets;

namespace Orleans.Mmu.Silo;

/// <summary>Where a silo listens; section "Silo" of the configuration (file, environment, command line). Loopback only.</summary>
public sealed class SiloSettings
{
    /// <summary>The cluster and service that clients must name.</summary>
    public const string ClusterId = "mmu";

    /// <summary>For other silos.</summary>
    public int SiloPort { get; set; } = 11111;

    /// <summary>For clients: what --silo names.</summary>
    public int GatewayPort { get; set; } = 30000;

    /// <summary>For health probes.</summary>
    public int HttpPort { get; set; } = 8080;

    /// <exception cref="ArgumentException">A port is no port, or is taken.</exception>
    public void Validate()
    {
        foreach (var (name, port) in new[] { (nameof(SiloPort), SiloPort), (nameof(GatewayPort), GatewayPort), (nameof(HttpPort), HttpPort) })
        {
            if (port is < 1 or > 65535)
                throw new ArgumentException($"Silo:{name}: expected a port from 1 to 65535, found {port}");
            if (!IsFree(port))
                throw new ArgumentException($"Silo:{name}: expected a free port, found {port} in use");
        }
    }

    // Orleans would share a port with another silo rather than fail.
    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port) { ExclusiveAddressUse = true };
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
