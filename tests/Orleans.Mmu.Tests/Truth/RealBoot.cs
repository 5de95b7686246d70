using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Dumps;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Arm.Tables;
using Orleans.Mmu.Linux.MachineFiles;
using Orleans.Mmu.Linux.Machines;
using Orleans.Mmu.Linux.Maps;
using ZstdSharp;

namespace Orleans.Mmu.Tests.Truth;

/// <summary>
/// One boot of a real kernel: its page tables as the model's, and what an independent decoder read from them.
/// </summary>
internal sealed class RealBoot
{
    private const int ComparedColumns = 12;

    private RealBoot(string name)
    {
        var regime = UpperRegime.Of(RegisterFile.Parse(File.ReadAllText(TruthFolder.File(name, "registers.txt"))));
        using var stream = new DecompressionStream(File.OpenRead(TruthFolder.File(name, "tables.bin.zst")));
        var dump = TableDump.Read(stream);
        Geometry = regime.Geometry;
        Root = regime.Ttbr.RootAddress;
        Memory = DumpedTables.Decode(dump, regime);
        TablePageCount = dump.Count;
        Lines = ReadLines(name);
    }

    public TranslationGeometry Geometry { get; }

    public PhysicalAddress Root { get; }

    public TableSnapshot Memory { get; }

    /// <summary>Pages in the dump: every table reachable from TTBR1.</summary>
    public int TablePageCount { get; }

    /// <summary>The compared columns of leaves.tsv.</summary>
    public IReadOnlyList<string> Lines { get; }

    public static RealBoot Open(string name) => new(name);

    /// <summary>The machine that booted.</summary>
    public static MachineDescription Machine(string name) =>
        MachineFile.Parse(name, File.ReadAllText(TruthFolder.File(name, "machine.json")));

    /// <summary>The compared columns of a boot's leaves.tsv, without the header.</summary>
    public static IReadOnlyList<string> ReadLines(string name) =>
        [.. File.ReadLines(TruthFolder.File(name, "leaves.tsv")).Skip(1)
            .Select(l => string.Join('\t', l.Split('\t').Take(ComparedColumns)))];

    public KernelMap Map(MapRange range) => new(Memory, Root, range);

    /// <summary>The leaves of the linear map.</summary>
    public IEnumerable<LeafSequence> LinearMap() => Map(MapRange.Linear).Leaves();
}
