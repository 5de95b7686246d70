using System.Net;
using Orleans.Configuration;
using Orleans.Mmu.Silo.Tls;

namespace Orleans.Mmu.Silo.Settings;

/// <summary>
/// The addresses at which a silo listens and at which others reach it. A program that speaks as a silo to the silo port
/// may call every grain, so listening beyond loopback requires an explicit setting.
/// </summary>
/// <param name="Listen">The address of the silo and gateway ports.</param>
/// <param name="Advertise">The address that others use.</param>
public sealed record SiloEndpoints(IPAddress Listen, IPAddress Advertise)
{
    private SiloSettings Settings { get; init; } = new();

    /// <summary>
    /// Whether the ports are open beyond loopback without TLS, so that only the network protects them.
    /// </summary>
    public bool AtRisk => !IPAddress.IsLoopback(Listen) && !Settings.Tls.Any;

    /// <summary>The address that clients pass to --silo.</summary>
    public IPEndPoint Gateway => new(Advertise, Settings.GatewayPort);

    internal static SiloEndpoints Of(SiloSettings settings)
    {
        if (!IPAddress.TryParse(settings.Listen, out var listen))
            throw new ArgumentException(
                $"Silo:Listen: expected an IP address such as 127.0.0.1 or 10.0.0.5, found \"{settings.Listen}\"");
        if (!IPAddress.IsLoopback(listen) && !settings.Tls.Any && !settings.AcceptPlaintextRisk)
        {
            throw new ArgumentException(
                "Silo:Listen: expected a loopback address, or Silo:Tls:Certificate and Silo:Tls:Authority, or "
                + $"Silo:AcceptPlaintextRisk=true, found {listen} without them: every program that reaches it " +
                    $"could call every grain (see SECURITY.md)");
        }

        string advertised = settings.Advertise ?? settings.Listen;
        if (!IPAddress.TryParse(advertised, out var advertise) || advertise.Equals(IPAddress.Any)
            || advertise.Equals(IPAddress.IPv6Any))
            throw new ArgumentException(
                $"Silo:Advertise: expected the IP address that others reach this silo at, found \"{advertised}\"");
        return new(listen, advertise) { Settings = settings };
    }

    /// <summary>Loads this silo's TLS identity; null if TLS is not configured.</summary>
    /// <exception cref="ArgumentException">
    /// A file is missing or unusable, or the certificate is not for this silo.
    /// </exception>
    internal TlsIdentity? LoadIdentity()
    {
        if (!Settings.Tls.Any)
            return null;
        var identity = TlsIdentity.Load(Settings.Tls, TlsNames.Silo, PeerRole.Silo, TimeProvider.System);
        // Other silos would refuse a certificate with the wrong name, one by one and later.
        return identity.Certificate.MatchesHostname(Advertise.ToString(), allowWildcards: false, allowCommonName: false)
            ? identity
            : throw new ArgumentException(
                $"Silo:Tls:Certificate: expected a certificate for {Advertise} (subjectAltName=IP:{Advertise}), " +
                $"found " +
                $"\"{identity.Certificate.Subject}\", which does not name it");
    }

    internal void Set(EndpointOptions options)
    {
        (options.AdvertisedIPAddress, options.SiloPort, options.GatewayPort) =
            (Advertise, Settings.SiloPort, Settings.GatewayPort);
        (options.SiloListeningEndpoint, options.GatewayListeningEndpoint) =
            (new(Listen, Settings.SiloPort), new(Listen, Settings.GatewayPort));
    }
}
