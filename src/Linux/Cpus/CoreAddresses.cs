namespace Orleans.Mmu.Linux.Cpus;

/// <summary>
/// Cores that have neither 52-bit virtual addresses with 64K pages (FEAT_LVA) nor 52-bit addresses with smaller pages
/// (FEAT_LPA2), as the ID registers of QEMU's models say, or because the core is older than both.
/// </summary>
public static class CoreAddresses
{
    private const int Arm = 0x41;

    // A53, A35, A55, A57, A72, A73, A75, A76, N1, V1, A710, N2.
    private static readonly HashSet<Midr> Small =
    [
        Midr.Of(Arm, 0xd03), Midr.Of(Arm, 0xd04), Midr.Of(Arm, 0xd05), Midr.Of(Arm, 0xd07), Midr.Of(Arm, 0xd08),
        Midr.Of(Arm, 0xd09), Midr.Of(Arm, 0xd0a), Midr.Of(Arm, 0xd0b), Midr.Of(Arm, 0xd0c), Midr.Of(Arm, 0xd40),
        Midr.Of(Arm, 0xd47), Midr.Of(Arm, 0xd49),
        // Armv8.0 and 8.1, before both: ThunderX and ThunderX2, Vulcan, Brahma-B53, X-Gene, Falkor, Kryo.
        Midr.Of(0x43, 0x0a1), Midr.Of(0x43, 0x0a2), Midr.Of(0x43, 0x0a3), Midr.Of(0x43, 0x0af), Midr.Of(0x42, 0x516),
        Midr.Of(0x42, 0x100), Midr.Of(0x50, 0x000), Midr.Of(0x51, 0xc00), Midr.Of(0x51, 0x201), Midr.Of(0x51, 0x205),
        Midr.Of(0x51, 0x211),
        // Made of cores above: Kryo 2xx, 3xx and 4xx, Gold and Silver.
        Midr.Of(0x51, 0x800), Midr.Of(0x51, 0x801), Midr.Of(0x51, 0x802), Midr.Of(0x51, 0x803), Midr.Of(0x51, 0x804),
        Midr.Of(0x51, 0x805),
    ];

    /// <summary>Whether a core is known to have no 52-bit virtual addresses.</summary>
    public static bool Lack52Bits(Midr midr) => Small.Contains(midr.Model);
}
