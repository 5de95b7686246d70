using Orleans.Mmu.Linux.Protocols;

namespace Orleans.Mmu.Linux.ProtocolFiles;

/// <summary>The built-in ways for a boot to repaint the linear map, which were merged, proposed or discussed.</summary>
public static class RepaintProtocols
{
    /// <summary>All of them, the merged one first.</summary>
    public static IReadOnlyList<Protocol> All { get; } =
    [
        .. new[]
            {
                "idmap-reserved", "idmap-only", "spin", "live", "reserved-on-stack", "epd1", "epd1-no-flush",
            }
            .Select(n => BuiltInProtocols.Find(n)!.Protocol),
    ];

    /// <summary>The merged protocol.</summary>
    public static Protocol IdmapReserved => All[0];

    /// <summary>The protocol with a name, or null.</summary>
    public static Protocol? Find(string name) => All.FirstOrDefault(p => p.Name == name);
}
