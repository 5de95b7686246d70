using BenchmarkDotNet.Attributes;
using Orleans.Mmu.Arm.Tables;
using Orleans.Mmu.Linux.LinearMap;
using Orleans.Mmu.Linux.MachineFiles;
using Orleans.Mmu.Linux.Machines;
using Orleans.Mmu.Linux.Splitting;

namespace Orleans.Mmu.Benchmarks;

/// <summary>
/// What a linear map costs to paint, to repaint and to count, without grains: time, and bytes allocated.
/// </summary>
[Config(typeof(WholeBoots))]
[MemoryDiagnoser]
public class PaintBenchmarks
{
    private MachineDescription _machine = null!;
    private LinearMapPainter _blocks = null!;
    private TableSnapshot _blockMap = null!;
    private TableSnapshot _pageMap = null!;

    /// <summary>GiB of memory.</summary>
    [Params(256, 65536)]
    public int Memory { get; set; }

    [GlobalSetup]
    public void Describe() => _machine = Machine(Memory);

    [IterationSetup(Target = nameof(RepaintBlocks))]
    public void PaintBlocks()
    {
        _blocks = new LinearMapPainter(_machine);
        _blockMap = _blocks.Paint(new(ForcePages: false, RequiresBbml2: true));
    }

    [IterationSetup(Targets = [nameof(CountPages), nameof(EncodePages)])]
    public void Prepare() => _pageMap = PaintPages();

    [Benchmark]
    public TableSnapshot PaintPages() =>
        new LinearMapPainter(_machine).Paint(new(ForcePages: true, RequiresBbml2: false));

    /// <summary>Not for 64 TiB: a repaint visits every block.</summary>
    [Benchmark]
    public TableSnapshot? RepaintBlocks()
    {
        if (Memory > 4096)
            return null;
        var editor = new TableEditor(_blockMap);
        var split = new RangeSplit(editor, _blocks.Pages, _blocks.Swapper);
        foreach (var range in Enum.GetValues<RepaintRange>())
            split.Advance(LinearRange.Of(range, _machine), long.MaxValue);
        return editor.Publish();
    }

    [Benchmark]
    public LeafCensus CountPages() => LeafCensus.Of(_pageMap, _machine.Image.Swapper(_machine.Geometry.Granule));

    [Benchmark]
    public int EncodePages() => TableSnapshotCodec.Encode(_pageMap).Length;

    /// <summary>A machine of 4K pages and two CPUs.</summary>
    internal static MachineDescription Machine(
        int gigabytes, string version = "6.18", string secondary = "0x414fd0c1") => MachineFile.Parse("benchmark", $$"""
        { "name": "benchmark", "kernel": { "version": "{{version}}", "pageSize": "4K", "vaBits": 48, "commandLine": "",
            "config": { "KFENCE": false },
          "image": { "text": "0x40200000", "stext": "0x40210000", "initBegin": "0x42900000", "initEnd": "0x42d00000",
            "bssStop": "0x4341e000", "end": "0x43440000" } },
          "memory": [{ "start": "0x40000000", "end": "0x{{(ulong)(gigabytes + 1) << 30:x}}" }],
          "cpus": [{ "midr": "0x410fd842" }, { "midr": "{{secondary}}" }] }
        """);
}
