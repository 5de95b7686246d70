using System.Collections.Immutable;
using System.Globalization;
using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.BreakBeforeMake;
using Orleans.Mmu.Arm.Descriptors;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Arm.Tables;
using Orleans.Mmu.Arm.Walks;
using Orleans.Mmu.Linux.Capabilities;
using Orleans.Mmu.Linux.Layout;
using Orleans.Mmu.Linux.LinearMap;
using Orleans.Mmu.Linux.MachineFiles;
using Orleans.Mmu.Linux.Machines;
using Orleans.Mmu.Linux.Splitting;

namespace Orleans.Mmu.Checking.Toy;

/// <summary>
/// A machine small enough to explore completely, and still a real one: the kernel's own code paints its ten megabytes.
/// One block lies below the kernel's text and three above its rodata; the checker watches the first and the last.
/// </summary>
public sealed class ToyMachine
{
    /// <summary>The maximum number of CPUs whose state fits in 32 bytes.</summary>
    public const int MaxCpus = 7;

    private const ulong Memory = 0x4000_0000;

    // The pages of the ranges' second tables, and of the pmds below root:B.
    private readonly ImmutableArray<PhysicalAddress> _secondTables;
    private readonly PhysicalAddress _secondPmds;

    private ToyMachine(MachineDescription description, string text)
    {
        Description = description;
        Text = text;
        Boot = new LinearMapPainter(description);
        Painted = Boot.Paint(PaintDecision.Of(description, bootCpuSplitsLive: true));
        var editor = new TableEditor(Painted);
        var split = new RangeSplit(editor, Boot.Pages, Boot.Swapper);
        foreach (var range in Enum.GetValues<RepaintRange>())
            split.Advance(LinearRange.Of(range, description), long.MaxValue);
        InPages = editor.Publish();
        _secondTables = [.. Enum.GetValues<RepaintRange>().Select(_ => NextPage())];
        _secondPmds = NextPage();
        SecondRoot = NextPage();
    }

    /// <summary>The machine's description.</summary>
    public MachineDescription Description { get; }

    /// <summary>The machine file.</summary>
    public string Text { get; }

    /// <summary>The map as it was painted: blocks.</summary>
    public TableSnapshot Painted { get; }

    /// <summary>The map after range_split_to_ptes() over both ranges.</summary>
    public TableSnapshot InPages { get; }

    private LinearMapPainter Boot { get; }

    /// <summary>swapper_pg_dir.</summary>
    public PhysicalAddress Swapper => Boot.Swapper;

    /// <summary>root:B.</summary>
    public PhysicalAddress SecondRoot { get; }

    public TranslationGeometry Geometry => Description.Geometry;

    /// <param name="cpus">The level of each CPU; the first boots.</param>
    public static ToyMachine Of(IReadOnlyList<BbmLevel> cpus)
    {
        // Neoverse-V3 may split live, Neoverse-N1 may not. The level is stated explicitly, so that any level is
        // possible.
        var lines = cpus.Select(level =>
        {
            string midr = level == BbmLevel.Level2NoAbort ? "0x410fd842" : "0x414fd0c1";
            return string.Create(
                CultureInfo.InvariantCulture, $$"""    { "midr": "{{midr}}", "bbm": {{(int)level}} }""");
        });
        string text = $$"""
            {
              "name": "toy",
              "kernel": {
                "version": "7.3", "pageSize": "4K", "vaBits": 39, "commandLine": "kfence.sample_interval=0",
                "image": {
                  "text": "0x40200000", "stext": "0x40200000", "initBegin": "0x40400000",
                  "initEnd": "0x40600000", "bssStop": "0x40800000", "end": "0x40800000"
                }
              },
              "memory": [ { "start": "0x40000000", "size": "10M" } ],
              "cpus": [
            {{string.Join(",\n", lines)}}
              ]
            }

            """;
        return new(MachineFile.Parse("toy", text), text);
    }

    /// <summary>A descriptor of a range's table of pages, changed to lead to the second one.</summary>
    public Descriptor ToSecondTable(RepaintRange range, Descriptor table) =>
        new(table.Bits & ~Geometry.AddressBits(Level.L3) | Geometry.Encode(_secondTables[(int)range]));

    /// <summary>
    /// The word of root:B that leads to its pmds: that of swapper_pg_dir but for the table's address.
    /// </summary>
    public (PhysicalAddress Address, Descriptor Value) SecondRootWord
    {
        get
        {
            Span<WalkRead> steps = stackalloc WalkRead[TableWalker.MaxSteps];
            TableWalker.Walk(Painted, Swapper, BlockOf(RepaintRange.BelowText), 52, steps, out _);
            ulong offset = steps[0].Address.Value % Geometry.Granule.PageSize;
            return (
                new(SecondRoot.Value + offset),
                new(steps[0].Value.Bits & ~Geometry.AddressBits(Level.L3) | Geometry.Encode(_secondPmds)));
        }
    }

    /// <summary>The address of a word of the second tables.</summary>
    /// <param name="first">The address of the same word in the first one.</param>
    public PhysicalAddress InSecond(WatchedWord word, PhysicalAddress first)
    {
        var page = word.IsPmd ? _secondPmds : _secondTables[(int)word.Range];
        return new(page.Value + first.Value % Geometry.Granule.PageSize);
    }

    private PhysicalAddress NextPage() => Boot.Pages.TryAllocate(out var page)
        ? page : throw new InvalidOperationException("the toy machine has no page left for a table");

    /// <summary>The first address of the watched block in a range.</summary>
    public VirtualAddress BlockOf(RepaintRange range)
    {
        var layout = LinearMapLayout.Of(Description);
        return layout.ToVirtual(new(Memory + (range == RepaintRange.BelowText ? 0UL : 0x80_0000UL)));
    }
}
