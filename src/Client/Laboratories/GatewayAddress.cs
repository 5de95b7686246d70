using System.Globalization;
using System.Net;

namespace Orleans.Mmu.Client.Laboratories;

/// <summary>Parses HOST:PORT, where HOST is a name, an IPv4 address, or an IPv6 address in brackets.</summary>
internal static class GatewayAddress
{
    public static bool TryParse(string text, out EndPoint? address)
    {
        address = null;
        int colon = text.LastIndexOf(':');
        if (colon <= 0
            || !ushort.TryParse(
                text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out ushort port) || port == 0)
        {
            return false;
        }

        string host = text[..colon];
        bool bracketed = host is ['[', .., ']'];
        if (bracketed)
            host = host[1..^1];
        // An IPv6 address needs brackets: "::1:30000" is ambiguous.
        if (host.Contains(':', StringComparison.Ordinal) != bracketed)
            return false;
        if (IPAddress.TryParse(host, out var ip))
            address = new IPEndPoint(ip, port);
        else if (!bracketed && Uri.CheckHostName(host) == UriHostNameType.Dns)
            address = new DnsEndPoint(host, port);
        return address is not null;
    }

    public static string Format(EndPoint address) =>
        address is DnsEndPoint name
            ? string.Create(CultureInfo.InvariantCulture, $"{name.Host}:{name.Port}") : address.ToString()!;
}
