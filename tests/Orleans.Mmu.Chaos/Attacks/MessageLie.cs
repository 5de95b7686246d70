namespace Orleans.Mmu.Chaos.Attacks;

/// <summary>What a message claims and is not; a gateway ends the connection that sends it.</summary>
/// <param name="Forge">Changes a message's head on its way out.</param>
/// <param name="Reason">The text that the silo's log has then.</param>
internal sealed record MessageLie(string Name, Func<byte[], byte[]> Forge, string Reason)
{
    /// <summary>Every lie that a message's head can tell.</summary>
    public static IReadOnlyList<MessageLie> All { get; } =
    [
        new("grain", ForgedHead.FromGrain, "it sends messages in another's name"),
        new("no one", ForgedHead.FromNoOne, "it sends messages in another's name"),
        new("response", ForgedHead.Response, "it answers a request that no silo sent"),
        new("correction", ForgedHead.Correction, "it sends addresses of grains, which only silos do"),
        new("hash", ForgedHead.OtherHash, "its messages have other hashes than their bytes"),
    ];
}
