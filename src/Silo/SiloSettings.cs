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

    /// <summary>For health probes; 0 for none.</summary>
    public int HttpPort { get; set; } = 8080;

    /// <exception cref="ArgumentOutOfRangeException">A port is no port.</exception>
    public void Validate()
    {
        foreach (var (name, port, least) in new[] { (nameof(SiloPort), SiloPort, 1), (nameof(GatewayPort), GatewayPort, 1), (nameof(HttpPort), HttpPort, 0) })
        {
            if (port < least || port > 65535)
                throw new ArgumentOutOfRangeException(name, $"Silo:{name}: expected a port from {least} to 65535, found {port}");
        }
    }
}
