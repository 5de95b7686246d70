using System.Net;
using System.Net.Sockets;
using Orleans.Mmu.Silo.Tls;
using StackExchange.Redis;

namespace Orleans.Mmu.Silo.Settings;

/// <summary>How silos find each other, and where their grains' state lives.</summary>
public enum SiloClustering
{
    /// <summary>A single silo; state lives in its memory.</summary>
    Localhost,

    /// <summary>
    /// Any number of silos that find each other through Redis; state lives in Redis and survives the silos.
    /// </summary>
    Redis,
}

/// <summary>
/// The addresses of a silo and its cluster; section "Silo" of the configuration (file, environment, command line).
/// </summary>
public sealed class SiloSettings
{
    /// <summary>The cluster id and service id that clients must use.</summary>
    public const string ClusterId = "mmu";

    /// <summary>
    /// The address of the silo and gateway ports. An address beyond loopback requires TLS, or
    /// <see cref="AcceptPlaintextRisk"/>.
    /// </summary>
    public string Listen { get; set; } = "127.0.0.1";

    /// <summary>
    /// The address at which others reach this silo if it is not <see cref="Listen"/>, for instance where that is
    /// 0.0.0.0.
    /// </summary>
    public string? Advertise { get; set; }

    /// <summary>This silo's certificate and the authority that it trusts; empty for no TLS.</summary>
    public TlsFiles Tls { get; set; } = new();

    /// <summary>
    /// Whether to listen beyond loopback without TLS, where every host that reaches a port may call every grain.
    /// </summary>
    public bool AcceptPlaintextRisk { get; set; }

    /// <summary>The port for other silos.</summary>
    public int SiloPort { get; set; } = 11111;

    /// <summary>The port for clients, which pass it to --silo.</summary>
    public int GatewayPort { get; set; } = 30000;

    /// <summary>The port for health probes, metrics, the live pages and the dashboard; always on loopback.</summary>
    public int HttpPort { get; set; } = 8080;

    /// <summary>Whether the HTTP port serves Orleans' dashboard.</summary>
    public bool Dashboard { get; set; } = true;

    /// <summary>Whether the HTTP port serves pages that show machines while they boot.</summary>
    public bool Live { get; set; } = true;

    /// <summary>How long a stopping silo answers 503 to readiness probes before it stops.</summary>
    public TimeSpan Drain { get; set; }

    /// <summary>How this silo finds others.</summary>
    public SiloClustering Clustering { get; set; } = SiloClustering.Localhost;

    /// <summary>
    /// The Redis server in the syntax of StackExchange.Redis; used with <see cref="SiloClustering.Redis"/> only.
    /// </summary>
    public string Redis { get; set; } = "localhost:6379";

    /// <summary>
    /// How long a grain's state is kept in Redis after it was last written, in whole seconds; at least a day, since a
    /// boot must find what it has written itself.
    /// </summary>
    public TimeSpan KeepState { get; set; } = TimeSpan.FromDays(30);

    /// <summary>
    /// Calls of one client that run at once. A further call of a machine or a scenario is repeated by the client; one
    /// of a partition or a traced CPU waits.
    /// </summary>
    public int CallsAtOnce { get; set; } = 64;

    /// <summary>Calls of one client that may wait in the silo; further calls are refused.</summary>
    public int CallsWaiting { get; set; } = 10_000;

    /// <summary>
    /// Whether clients may also call the grains inside a machine: its CPUs, tables and journal. For inspecting a
    /// cluster whose clients are trusted.
    /// </summary>
    public bool Inspection { get; set; }

    /// <summary>The Redis server's options.</summary>
    /// <exception cref="ArgumentException">The text is not in the syntax of StackExchange.Redis.</exception>
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
                throw new ArgumentException(
                    $"Silo:Redis: expected a server such as localhost:6379, found \"{Redis}\" ({e.Message})");
            }
        }
    }

    /// <summary>The addresses at which this silo listens and is reached.</summary>
    /// <exception cref="ArgumentException">
    /// An address is invalid, or listening there was neither secured nor accepted.
    /// </exception>
    public SiloEndpoints Endpoints => SiloEndpoints.Of(this);

    /// <exception cref="ArgumentException">
    /// A port is invalid or taken, an address is invalid, or no Redis server answers.
    /// </exception>
    public void Validate()
    {
        var listen = Endpoints.Listen;
        foreach (var (name, port, address) in new[]
            { (nameof(SiloPort), SiloPort, listen), (nameof(GatewayPort), GatewayPort, listen),
                (nameof(HttpPort), HttpPort, IPAddress.Loopback) })
        {
            if (port is < 1 or > 65535)
                throw new ArgumentException($"Silo:{name}: expected a port from 1 to 65535, found {port}");
            if (!IsFree(address, port))
                throw new ArgumentException($"Silo:{name}: expected a free port, found {port} in use");
        }

        if (CallsAtOnce < 1 || CallsWaiting < 0)
            throw new ArgumentException(
                $"Silo:CallsAtOnce, Silo:CallsWaiting: expected 1 or more and 0 or more, found {CallsAtOnce} and " +
                $"{CallsWaiting}");
        // The host limits the whole shutdown to 30 seconds.
        if (Drain < TimeSpan.Zero || Drain > TimeSpan.FromSeconds(20))
            throw new ArgumentException($"Silo:Drain: expected a time from 00:00:00 to 00:00:20, found {Drain}");
        if (KeepState < TimeSpan.FromDays(1) || KeepState.Ticks % TimeSpan.TicksPerSecond != 0)
            throw new ArgumentException(
                $"Silo:KeepState: expected 1.00:00:00 or more, in whole seconds, found {KeepState}");
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
            // The library's own message names its internal settings.
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
