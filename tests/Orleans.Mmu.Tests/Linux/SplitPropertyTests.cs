using System.Runtime.CompilerServices;
using CsCheck;
using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Linux.LinearMap;
using Orleans.Mmu.Linux.Splitting;

namespace Orleans.Mmu.Tests.Linux;

/// <summary>
/// Sequences of splits on random machines of every granule and VA size: the same map, in leaves no smaller than asked
/// for.
/// </summary>
public class SplitPropertyTests
{
    private static readonly Gen<(PaintedMap Map, IReadOnlyList<LinearRange> Ranges)> Sequences =
        Gen.Select(RandomMachine.MapAndRange, Gen.Select(Gen.ULong, Gen.ULong, Gen.Int[0, 24]).Array[0, 5])
            .Select((at, more) =>
        {
            ulong page = at.Map.Machine.Geometry.Granule.PageSize;
            var memory = at.Map.Painter.Layout.Memory(at.Map.Machine);
            ulong extent = (memory[^1].End - memory[0].Start) / page + 8;
            var first = at.Map.Painter.Layout.ToVirtual(memory[0].Start).AlignDown(page);
            // Addresses of any alignment, as often round as odd.
            var ranges = more.Select(m =>
            {
                var start = first + ((m.Item1 % extent) >> m.Item3 << m.Item3) * page;
                return new LinearRange(start, start + (m.Item2 % extent >> m.Item3) * page);
            });
            return (at.Map, (IReadOnlyList<LinearRange>)[at.Range, .. ranges]);
        });

    [Fact]
    public void Every_address_translates_as_before() => Check((bench, _) => bench.AssertTranslatesAsBefore());

    [Fact]
    public void Both_ends_begin_a_leaf_or_nothing_is_there() => Check((bench, named) =>
    {
        var shape = bench.Shape();
        Assert.All(named,
            va => Assert.True(shape.LeafAt(va) is not { } leaf || leaf.Start == va, $"{va} lies inside a leaf"));
    });

    [Fact]
    public void A_group_is_whole_or_there_is_none() => Check((bench, _) =>
    {
        foreach (var run in bench.Shape().Runs.Where(r => r.First.Contiguous))
        {
            ulong group = bench.Geometry.ContiguousSize(run.Level);
            Assert.True(run.Start.IsAligned(group) && run.End(bench.Geometry).IsAligned(group), run.ToString());
            Assert.True(run.First.OutputAddress(bench.Geometry, run.Level).IsAligned(group), run.ToString());
        }
    });

    // A leaf without a named address inside stays; any other becomes leaves of the next size, and so on.
    [Fact]
    public void Leaves_are_cut_no_further_than_the_named_addresses_take() => Check((bench, named) =>
    {
        var (before, after) = (bench.ShapeBefore(), bench.Shape());
        var inside = named.Select(before.LeafAt)
            .OfType<(VirtualAddress Start, ulong Size, Level Level, bool Contiguous)>().Distinct();
        foreach (var leaf in inside)
        {
            foreach (var piece in Pieces(bench.Geometry, leaf, named))
            {
                Assert.Equal(piece, after.LeafAt(piece.Start));
                Assert.Equal(piece, after.LeafAt(piece.Start + (piece.Size - 1)));
            }
        }

        foreach (var va in before.Bounds().Concat(after.Bounds()))
        {
            if (before.LeafAt(va) is { } leaf && !named.Any(n => n > leaf.Start && n - leaf.Start < leaf.Size))
                Assert.Equal(leaf, after.LeafAt(va));
        }
    });

    [Fact]
    public void A_second_time_nothing_is_written() => Check((bench, named) =>
    {
        var runs = bench.Shape().Runs;
        long allocated = bench.Kernel.Pages.Allocated;
        foreach (var va in named)
            Assert.Equal(KernelError.None, bench.Split.Split(va, va));
        Assert.Equal(allocated, bench.Kernel.Pages.Allocated);
        Assert.Equal(runs, bench.Shape().Runs);
    });

    private static void Check(
        Action<SplitBench, IReadOnlyList<VirtualAddress>> check, [CallerMemberName] string method = "") =>
        Sequences.ForAll((map, ranges) =>
    {
        var bench = SplitBench.Painted(map);
        foreach (var range in ranges)
            Assert.Equal(KernelError.None, bench.Split.Split(range.Start, range.End));
        // A range that starts in the pool of KFENCE is not looked at, wherever it ends.
        var named = ranges.Where(r => !bench.Kernel.IsKfence(r.Start)).SelectMany(r => new[] { r.Start, r.End });
        check(bench, [.. named.Distinct().Where(va => IsAsked(va, bench.Geometry))]);
    }, iter: 30, method: method);

    // With two levels of tables a block's edge is not looked at, even inside a group (LeafBoundaryTests).
    private static bool IsAsked(VirtualAddress va, TranslationGeometry geometry) =>
        geometry.StartLevel != Level.L2 || !va.IsAligned(geometry.Size(Level.L2));

    private static IEnumerable<(VirtualAddress Start, ulong Size, Level Level, bool Contiguous)> Pieces(
        TranslationGeometry geometry, (VirtualAddress Start, ulong Size, Level Level, bool Contiguous) leaf,
        IReadOnlyList<VirtualAddress> named)
    {
        if (!named.Any(n => n > leaf.Start && n - leaf.Start < leaf.Size))
            return [leaf];
        var (level, contiguous) = leaf.Contiguous ? (leaf.Level, false) : (leaf.Level.Next, true);
        ulong size = contiguous ? geometry.ContiguousSize(level) : geometry.Size(level);
        return Enumerable.Range(0, (int)(leaf.Size / size))
            .SelectMany(i => Pieces(geometry, (leaf.Start + (ulong)i * size, size, level, contiguous), named));
    }
}
