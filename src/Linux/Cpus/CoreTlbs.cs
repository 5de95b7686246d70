using Orleans.Mmu.Arm.TlbHierarchies;
using Orleans.Mmu.Arm.Tlbs;

namespace Orleans.Mmu.Linux.Cpus;

/// <summary>
/// What reference manuals and measurements say of a core's TLBs, the parts that they do not say left out. A guess is no
/// fact and is not here.
/// </summary>
/// <param name="Instructions">Its L1 instruction TLB.</param>
/// <param name="Data">Its L1 data TLB.</param>
/// <param name="Second">Its L2 TLB; null where no source states entries and ways.</param>
/// <param name="SecondLatency">Cycles that a hit in the L2 TLB takes beyond one in L1.</param>
/// <param name="Source">Where that is published.</param>
public sealed record CoreTlbs(TlbGeometry? Instructions, TlbGeometry? Data, TlbGeometry? Second, double? SecondLatency,
    string Source)
{
    private const string Manual = "Technical Reference Manual";
    private const string Measured = "measured by Chips and Cheese";

    private static readonly Dictionary<string, CoreTlbs> Published = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Cortex-A35"] = new(Full(10), Full(10), TlbGeometry.Create(512, 2), null, Manual),
        ["Cortex-A53"] = new(Full(10), Full(10), TlbGeometry.Create(512, 4), null, Manual)
        {
            // Blocks of 1 GB are kept as pieces of 512 MB.
            SecondSizes = new(~(1UL << 30)),
            Walks = WalkCaches.Of(TlbGeometry.Create(64, 4)),
        },
        ["Cortex-A55"] = new(Full(15), Full(16), TlbGeometry.Create(1024, 4), null, Manual)
        {
            Walks = WalkCaches.Of(TlbGeometry.Create(64, 4)),
        },
        ["Cortex-A57"] = new(Full(48), Full(32), TlbGeometry.Create(1024, 4), null, Manual)
        {
            InstructionSizes = EntrySizes.Of(12, 16, 20),
            DataSizes = EntrySizes.Of(12, 16, 20),
        },
        ["Cortex-A72"] = new(null, null, TlbGeometry.Create(1024, 4), null, Manual)
        {
            SecondSizes = EntrySizes.Of(12, 16, 21, 29, 30),
        },
        ["Cortex-A73"] = new(null, Full(48), null, null, Measured),
        ["Cortex-A75"] = new(null, null, null, 5, Measured),
        ["Cortex-A76"] = new(Full(48), Full(48), TlbGeometry.Create(1280, 5), 3, Manual)
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

    /// <summary>Sizes that an entry of the L1 instruction TLB can have.</summary>
    public EntrySizes InstructionSizes { get; private init; } = EntrySizes.Any;

    /// <summary>The same for the L1 data TLB.</summary>
    public EntrySizes DataSizes { get; private init; } = EntrySizes.Any;

    /// <summary>The same for the L2 TLB.</summary>
    public EntrySizes SecondSizes { get; private init; } = EntrySizes.Any;

    /// <summary>Table entries that walks cache.</summary>
    public WalkCaches Walks { get; private init; } = WalkCaches.None;

    /// <summary>True where entries and ways of all three TLBs are published.</summary>
    public bool IsComplete => Instructions is not null && Data is not null && Second is not null;

    /// <summary>Cores all of whose TLBs are published, by name.</summary>
    public static IReadOnlyList<string> Complete { get; } =
        [.. Published.Where(p => p.Value.IsComplete).Select(p => p.Key)];

    /// <summary>What is published about a core; null for nothing.</summary>
    public static CoreTlbs? Of(string core) => Published.GetValueOrDefault(core);

    /// <summary>The whole, with what is given put in place of what is published.</summary>
    /// <returns>Null where a part is neither.</returns>
    public TlbHierarchy? With(TlbGeometry? instructions, TlbGeometry? data, TlbGeometry? second, WalkCaches? walks)
    {
        var (i, d, s) = (instructions ?? Instructions, data ?? Data, second ?? Second);
        return i is null || d is null || s is null
            ? null
            : new(i, d, s, InstructionSizes, DataSizes, SecondSizes, walks ?? Walks);
    }

    private static TlbGeometry Full(int entries) => TlbGeometry.Create(entries, entries);
}
