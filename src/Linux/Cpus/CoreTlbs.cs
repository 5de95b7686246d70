using Orleans.Mmu.Arm.TlbHierarchies;
using Orleans.Mmu.Arm.Tlbs;

namespace Orleans.Mmu.Linux.Cpus;

/// <summary>
/// What reference manuals and measurements state about a core's TLBs: for each core one row, from one source. A value
/// that the source does not state is null; nothing is guessed.
/// </summary>
/// <param name="Instructions">The core's L1 instruction TLB.</param>
/// <param name="Data">The core's L1 data TLB.</param>
/// <param name="Second">The core's L2 TLB; null if no source states entries and ways.</param>
/// <param name="SecondLatency">The cycles that a hit in the L2 TLB takes beyond a hit in L1.</param>
/// <param name="Source">The source of these values.</param>
public sealed record CoreTlbs(TlbGeometry? Instructions, TlbGeometry? Data, TlbGeometry? Second, double? SecondLatency,
    string Source)
{
    private const string Measured = "measured by Chips and Cheese";

    // The L2 TLB holds a block of 1 GB as pieces of 512 MB, and no entry of L1 is larger than what fills it.
    private static readonly EntrySizes In512MegabytePieces = new(~(1UL << 30));

    // 4K, 64K, 1M, 2M, 16M, 512M and 1G: a contiguous group of 32 MB is held as 16 MB pieces.
    private static readonly EntrySizes OfA57 = EntrySizes.Of(12, 16, 20, 21, 24, 29, 30);

    private static readonly Dictionary<string, CoreTlbs> Published = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Cortex-A35"] = new(Full(10), Full(10), TlbGeometry.Create(512, 2), null,
            "Cortex-A35 Technical Reference Manual")
        {
            InstructionSizes = In512MegabytePieces,
            DataSizes = In512MegabytePieces,
            SecondSizes = In512MegabytePieces,
        },
        ["Cortex-A53"] = new(Full(10), Full(10), TlbGeometry.Create(512, 4), null,
            "Cortex-A53 Technical Reference Manual")
        {
            InstructionSizes = In512MegabytePieces,
            DataSizes = In512MegabytePieces,
            SecondSizes = In512MegabytePieces,
            Walks = WalkCaches.Of(TlbGeometry.Create(64, 4)),
        },
        ["Cortex-A55"] = new(Full(15), Full(16), TlbGeometry.Create(1024, 4), null,
            "Agilex 5 Hard Processor System Technical Reference Manual, Cortex-A55")
        {
            Walks = WalkCaches.Of(TlbGeometry.Create(64, 4)),
        },
        ["Cortex-A57"] = new(Full(48), Full(32), TlbGeometry.Create(1024, 4), null,
            "Cortex-A57 Technical Reference Manual")
        {
            InstructionSizes = EntrySizes.Of(12, 16, 20),
            DataSizes = EntrySizes.Of(12, 16, 20),
            SecondSizes = OfA57,
        },
        ["Cortex-A72"] = new(Full(48), Full(32), TlbGeometry.Create(1024, 4), null,
            "Cortex-A72 Technical Reference Manual")
        {
            InstructionSizes = EntrySizes.Of(12, 16, 20),
            DataSizes = EntrySizes.Of(12, 16, 20),
            SecondSizes = OfA57,
        },
        ["Cortex-A73"] = new(null, Full(48), null, null, Measured),
        ["Cortex-A75"] = new(null, null, null, 5, Measured),
        ["Cortex-A76"] = new(Full(48), Full(48), TlbGeometry.Create(1280, 5), 3,
            "Cortex-A76 Technical Reference Manual")
        {
            InstructionSizes = EntrySizes.Of(12, 14, 16, 21, 25),
            DataSizes = EntrySizes.Of(12, 14, 16, 21, 29),
        },
        ["Cortex-A710"] = new(null, Full(32), null, 5, Measured),
        ["Cortex-X2"] = new(Full(48), Full(48), null, 5, Measured),
        ["Cortex-X925"] = new(null, Full(96), TlbGeometry.Create(2048, 8), 6, Measured),
        ["Neoverse-V2"] = new(null, Full(48), TlbGeometry.Create(2048, 8), 5, Measured),
        ["Kunpeng 920"] = new(Full(32), null, null, null, Measured),
    };

    /// <summary>The sizes that an entry of the L1 instruction TLB can have.</summary>
    public EntrySizes InstructionSizes { get; private init; } = EntrySizes.Any;

    /// <summary>The same for the L1 data TLB.</summary>
    public EntrySizes DataSizes { get; private init; } = EntrySizes.Any;

    /// <summary>The same for the L2 TLB.</summary>
    public EntrySizes SecondSizes { get; private init; } = EntrySizes.Any;

    /// <summary>The caches of table entries that walks use.</summary>
    public WalkCaches Walks { get; private init; } = WalkCaches.None;

    /// <summary>True if this table has entries and ways of all three TLBs.</summary>
    public bool IsComplete => Instructions is not null && Data is not null && Second is not null;

    /// <summary>The names of the cores all of whose TLBs this table has.</summary>
    public static IReadOnlyList<string> Complete { get; } =
        [.. Published.Where(p => p.Value.IsComplete).Select(p => p.Key)];

    /// <summary>The TLBs of a core; null for a core that is not in this table.</summary>
    public static CoreTlbs? Of(string core) => Published.GetValueOrDefault(core);

    /// <summary>The hierarchy of TLBs; an argument that is not null replaces this table's value.</summary>
    /// <returns>Null if a part is neither given nor in this table.</returns>
    public TlbHierarchy? With(TlbGeometry? instructions, TlbGeometry? data, TlbGeometry? second, WalkCaches? walks)
    {
        var (i, d, s) = (instructions ?? Instructions, data ?? Data, second ?? Second);
        return i is null || d is null || s is null
            ? null
            : new(i, d, s, InstructionSizes, DataSizes, SecondSizes, walks ?? Walks);
    }

    private static TlbGeometry Full(int entries) => TlbGeometry.Create(entries, entries);
}
