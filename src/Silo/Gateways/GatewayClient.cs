using System.Text;

namespace Orleans.Mmu.Silo.Gateways;

/// <summary>
/// The identities of clients. A silo has an identity of the same kind for its own calls from outside any grain (those
/// of the dashboard); no connection may use it.
/// </summary>
internal static class GatewayClient
{
    private const int MaxLength = 128;

    private static readonly byte[] OfSilos = Encoding.UTF8.GetBytes("hosted-");

    /// <summary>Whether an identity belongs to a client outside the silos.</summary>
    public static bool Is(GrainId id) => id.IsClient() && !id.Key.AsSpan().StartsWith(OfSilos);

    /// <summary>
    /// Whether a connection may use an identity: it is a client, not an object in a client ("+"), and has its own hash.
    /// </summary>
    public static bool MayConnect(GrainId id) =>
        Is(id) && id.Key.AsSpan() is { Length: > 0 and <= MaxLength } key && !key.Contains((byte)'+')
        && new IdSpan(key.ToArray()).GetHashCode() == id.Key.GetHashCode();
}
