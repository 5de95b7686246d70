using System.Net;
using System.Net.Sockets;
using Orleans.Mmu.Silo.Tls;
using StackExchange.Redis;

namespace Orleans.Mmu.Silo.Settings;

/// <summary>How silos find each other, and where their grains' state lives.</summary>
public enum SiloClustering
{
    /// <summary>One silo, which knows nobody else; state lives in its memory.</summary>
    Localhost,

    /// <summary>Any number of silos that meet in Redis; state lives there, too, and survives them.</summary>
    Redis,
}

/// <summary>Where a silo listens and what it is part of; section "Silo" of the configuration (file, environment, command line).</summary>
public sealed class SiloSettings
{
    /// <summary>The cluster and service that clients must name.</summary>
    public const string ClusterId = "mmu";

    /// <summary>The address of the silo and gateway ports. Beyond loopback it needs TLS, or an accepted risk.</summary>
    public string Listen { get; set; } = "127.0.0.1";

    /// <summary>The address that others reach this silo at, where it is not <see cref="Listen"/>, such as for 0.0.0.0.</summary>
    public string? Advertise { get; set; }

    /// <summary>Who this silo is, and by whom it knows others; nothing said: no TLS.</summary>
    public TlsFiles Tls { get; set; } = new();

    /// <summary>Listens beyond loopback without TLS: whoever reaches a port may call every grain.</summary>
    public bool AcceptPlaintextRisk { get; set; }

    /// <summary>For other silos.</summary>
    public int SiloPort { get; set; } = 11111;

    /// <summary>For clients: what --silo names.</summary>
    public int GatewayPort { get; set; } = 30000;

    /// <summary>For health probes, metrics and the dashboard; always on loopback.</summary>
    public int HttpPort { get; set; } = 8080;

    /// <summary>Whether the HTTP port has Orleans's dashboard.</summary>
    public bool Dashboard { get; set; } = true;

    /// <summary>How long a silo that is told to stop answers 503 to whoever asks for readiness, before it stops.</summary>
    public TimeSpan Drain { get; set; }

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

    /// <summary>Where this silo listens, and where others reach it.</summary>
    /// <exception cref="ArgumentException">An address is none, or listening there was neither secured nor accepted.</exception>
    public SiloEndpoints Endpoints => SiloEndpoints.Of(this);

    /// <exception cref="ArgumentException">A port is no port, or is taken, an address is none, or there is no Redis server.</exception>
    public void Validate()
    {
        var listen = Endpoints.Listen;
        foreach (var (name, port, address) in new[]
            { (nameof(SiloPort), SiloPort, listen), (nameof(GatewayPort), GatewayPort, listen), (nameof(HttpPort), HttpPort, IPAddress.Loopback) })
        {
            if (port is < 1 or > 65535)
                throw new ArgumentException($"Silo:{name}: expected a port from 1 to 65535, found {port}");
            if (!IsFree(address, port))
                throw new ArgumentException($"Silo:{name}: expected a free port, found {port} in use");
        }

        if (CallsAtOnce < 1 || CallsWaiting < 0)
            throw new ArgumentException($"Silo:CallsAtOnce, Silo:CallsWaiting: expected 1 or more and 0 or more, found {CallsAtOnce} and {CallsWaiting}");
        // The host gives everything that stops 30 seconds.
        if (Drain < TimeSpan.Zero || Drain > TimeSpan.FromSeconds(20))
            throw new ArgumentException($"Silo:Drain: expected a time from 00:00:00 to 00:00:20, found {Drain}");
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
    private static bool IsFree(IPAddress address, int port)
    {
        try
        {
            using var listener = new TcpListener(address, port) { ExclusiveAddressUse = true };
            listener.Start();
            return true;
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressNotAvailable)
        {
            throw new ArgumentException($"Silo:Listen: expected an address of this machine, found {address}");
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
