using Orleans.Mmu.Interfaces.Calls;
using Orleans.Mmu.Linux.ProtocolFiles;
using Orleans.Mmu.Linux.Protocols;

namespace Orleans.Mmu.Grains.StopMachine;

/// <summary>
/// The protocols that this silo performs: a record or request may come from a silo that knows others.
/// </summary>
internal static class KnownProtocols
{
    /// <exception cref="RefusedException">This silo knows no protocol of that name.</exception>
    public static Protocol Find(string name) => RepaintProtocols.Find(name) ?? throw new RefusedException(
        $"expected a protocol that this silo knows ({string.Join(", ", RepaintProtocols.All.Select(p => p.Name))}), "
        + $"found \"{name}\"");
}
