using System.Collections.Immutable;
using System.Net;

namespace Orleans.Mmu.Client.Laboratories;

/// <summary>
/// The gateways of a cluster, one or several. Each of them leads to the whole cluster, and each may fail.
/// </summary>
internal sealed record Gateways
{
    private const int Most = 64;

    private Gateways(ImmutableArray<EndPoint> addresses) => Addresses = addresses;

    /// <summary>How long they are tried before no silo counts as answering.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>At least one.</summary>
    public ImmutableArray<EndPoint> Addresses { get; }

    /// <summary>The host name if all gateways with a name have the same one; otherwise null.</summary>
    public string? Host =>
        Addresses.Select(a => (a as DnsEndPoint)?.Host).Distinct(StringComparer.OrdinalIgnoreCase)
            .ToList() is [var only] ? only : null;

    /// <summary>Whether the gateways have different host names.</summary>
    public bool HasSeveralHosts =>
        Addresses.OfType<DnsEndPoint>().Select(a => a.Host).Distinct(StringComparer.OrdinalIgnoreCase).Count() > 1;

    /// <summary>Parses addresses separated by commas.</summary>
    /// <param name="wrong">The first that is invalid.</param>
    public static Gateways? TryParse(string text, out string? wrong)
    {
        wrong = null;
        var addresses = ImmutableArray.CreateBuilder<EndPoint>();
        foreach (string part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            if (!GatewayAddress.TryParse(part, out var address) || addresses.Count == Most)
            {
                wrong = part;
                return null;
            }

            addresses.Add(address!);
        }

        return new(addresses.ToImmutable());
    }

    /// <summary>One gateway.</summary>
    public static Gateways Of(EndPoint address) => new([address]);

    public override string ToString() => string.Join(',', Addresses.Select(GatewayAddress.Format));
}
