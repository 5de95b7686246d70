using System.Collections.Concurrent;
using Orleans.Mmu.Arm.Descriptors;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Arm.Tables;
using Orleans.Mmu.Arm.Walks;
using Orleans.Mmu.Linux.Capabilities;
using Orleans.Mmu.Tests.Linux;

namespace Orleans.Mmu.Tests.Truth;

/// <summary>
/// What the painting, splitting and protecting rules predict, against the linear maps of real kernels.
/// </summary>
public class RealPaintingTests
{
    private static readonly ConcurrentDictionary<
        string, (TranslationGeometry, IReadOnlyList<LeafSequence>, Func<LeafSequence, string>)> Known = [];

    [Theory]
    [ClassData(typeof(TruthBoots))]
    public void The_predicted_map_is_the_kernels(string name)
    {
        var (geometry, leaves, _) = Real(name);
        var map = Predict(name);

        var comparison = new MapComparison(geometry, leaves, map.Leaves(map.Final), RuntimeChange.Read(name, geometry));

        Assert.Empty(comparison.Differences());
    }

    [Theory]
    [ClassData(typeof(TruthBoots))]
    public void Where_nothing_changed_at_run_time_every_line_is_the_same(string name)
    {
        var (geometry, leaves, line) = Real(name);
        if (RuntimeChange.Read(name, geometry).Count > 0)
            return;
        var map = Predict(name);

        Assert.Equal(leaves.Select(line), map.Leaves(map.Final).Select(line));
    }

    [Theory]
    [ClassData(typeof(TruthBoots))]
    public void A_change_that_the_comparison_is_not_told_of_is_found(string name)
    {
        var (geometry, leaves, _) = Real(name);
        var map = Predict(name);
        var changes = RuntimeChange.Read(name, geometry);

        for (int i = 0; i < Math.Min(changes.Count, 3); i++)
        {
            var others = changes.Where((_, c) => c != i).ToList();
            Assert.NotEmpty(new MapComparison(geometry, leaves, map.Leaves(map.Final), others).Differences());
        }
    }

    [Theory]
    [ClassData(typeof(TruthBoots))]
    public void The_predicted_mode_is_the_one_that_the_map_shows(string name)
    {
        var (_, leaves, _) = Real(name);
        var map = Predict(name);
        var image = map.Machine.Image;
        var layout = map.Painter.Layout;
        bool large = leaves
            .Where(r => r.Start < layout.ToVirtual(image.Text) || r.Start >= layout.ToVirtual(image.InitBegin))
            .Any(r => !r.Level.IsLast || r.First.Contiguous);
        bool trusted = map.Machine.Cpus[0].KernelTrusts(map.Machine.Rules);

        Assert.Equal(large ? BootMode.Block
            : trusted && map.Machine.Rules.SplitsLinearMap ? BootMode.Repaint : BootMode.Page, map.Mode);
    }

    [Fact]
    public void The_first_block_of_kernel_text_stays_writable_after_a_repaint_on_6_18_and_not_on_7_3()
    {
        Assert.False(TextAlias("k618-v3-mixedcpu-2g").ReadOnly);
        Assert.True(TextAlias("k73-v3-mixedcpu-2g").ReadOnly);
    }

    private static LeafAttributes TextAlias(string name)
    {
        var map = Predict(name);
        var walk = TableWalker.Walk(
            map.Final, map.Painter.Swapper, map.Painter.Layout.ToVirtual(map.Machine.Image.Stext));
        return walk.Leaf.Attributes(map.Machine.Geometry, walk.Level);
    }

    // A boot's tables are large, and reading them is most of the time that a test takes: what is kept is the leaves.
    private static (TranslationGeometry Geometry, IReadOnlyList<LeafSequence> Leaves, Func<LeafSequence,
        string> Line) Real(
        string name) =>
        Known.GetOrAdd(name, static n =>
        {
            var boot = RealBoot.Open(n);
            List<LeafSequence> leaves = [.. boot.LinearMap()];
            // leaves.tsv says the same, which RealTableTests make sure of.
            Assert.Equal(boot.Lines.Count, leaves.Count);
            var lines = leaves.Zip(boot.Lines).ToDictionary(p => p.First, p => p.Second);
            var geometry = boot.Geometry;
            return (geometry, leaves, run => lines.TryGetValue(run, out string? line) ? line : $"{run} is in no line");
        });

    private static PaintedMap Predict(string name) => PaintedMap.Of(RealBoot.Machine(name));
}
