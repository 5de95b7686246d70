using System.Net;
using System.Net.Sockets;
using StackExchange.Redis;

namespace Orleans.Mmu.Silo;

/// <summary>How silos find each other, and where their grains' state lives.</summary>
public enum SiloClustering
{
    /// <summary>One silo, which knows nobody else; state lives in its memory.</summary>
    Localhost,

    /// <summary>Any number of silos that meet in Redis; state lives there, too, and survives them.</summary>
    Redis,
}

/// <summary>Where a silo listens and what it is part of; section "Silo" of the configuration (file, environment, command line). Loopback only.</summary>
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

    /// <summary>How this silo finds others.</summary>
    public SiloClustering Clustering { get; set; } = SiloClustering.Localhost;

    /// <summary>The Redis server, as StackExchange.Redis writes it; asked for with <see cref="SiloClustering.Redis"/> only.</summary>
    public string Redis { get; set; } = "localhost:6379";

    /// <summary>Calls of one client that are performed at once; the next wait.</summary>
    public int CallsAtOnce { get; set; } = 64;

    /// <summary>Calls of one client that may wait; more are refused.</summary>
    public int CallsWaiting { get; set; } = 10_000;

    /// <summary>Clients may also call what is inside a machine: its CPUs, tables and journal. For looking at a cluster, not for strangers.</summary>
    public bool Inspection { get; set; }

    /// <summary>The Redis server's options.</summary>
    /// <exception cref="ArgumentException">It is not written as StackExchange.Redis writes one.</exception>
    public ConfigurationOptions RedisOptions
    {
        get
        {
            try
            {
                var options = ConfigurationOptions.Parse(Redis);
                return options.EndPoints.Count > 0 ? options : throw new ArgumentException("no server");
            }
            catch (ArgumentException e)
            {
                throw new ArgumentException($"Silo:Redis: expected a server such as localhost:6379, found \"{Redis}\" ({e.Message})");
            }
        }
    }

    /// <exception cref="ArgumentException">A port is no port, or is taken, or there is no Redis server.</exception>
    public void Validate()
    {
        foreach (var (name, port) in new[] { (nameof(SiloPort), SiloPort), (nameof(GatewayPort), GatewayPort), (nameof(HttpPort), HttpPort) })
        {
            if (port is < 1 or > 65535)
                throw new ArgumentException($"Silo:{name}: expected a port from 1 to 65535, found {port}");
            if (!IsFree(port))
                throw new ArgumentException($"Silo:{name}: expected a free port, found {port} in use");
        }

        if (CallsAtOnce < 1 || CallsWaiting < 0)
            throw new ArgumentException($"Silo:CallsAtOnce, Silo:CallsWaiting: expected 1 or more and 0 or more, found {CallsAtOnce} and {CallsWaiting}");
        if (Clustering == SiloClustering.Redis)
            ValidateRedis();
    }

    private void ValidateRedis()
    {
        try
        {
            using var connection = ConnectionMultiplexer.Connect(RedisOptions);
        }
        catch (RedisConnectionException)
        {
            // Its own message speaks of settings of a library.
            throw new ArgumentException($"Silo:Redis: expected a Redis server at {Redis}, found none that answers");
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
