using System.Text;

namespace Orleans.Mmu.Silo.Gateways;

/// <summary>
/// The identities of clients. A silo has one of the same kind, for calls of its own from outside any grain (the
/// dashboard's); no connection may carry that.
/// </summary>
internal static class GatewayClient
{
    private const int MaxLength = 128;

    private static readonly byte[] OfSilos = Encoding.UTF8.GetBytes("hosted-");

    /// <summary>Whether an identity is that of a client that is connected from elsewhere.</summary>
    public static bool Is(GrainId id) => id.IsClient() && !id.Key.AsSpan().StartsWith(OfSilos);

    /// <summary>
    /// Whether a connection may carry an identity: a client's, and no object in a client ("+"), with its own hash.
    /// </summary>
    public static bool MayConnect(GrainId id) =>
        Is(id) && id.Key.AsSpan() is { Length: > 0 and <= MaxLength } key && !key.Contains((byte)'+')
        && new IdSpan(key.ToArray()).GetHashCode() == id.Key.GetHashCode();
}
