using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Descriptors;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Arm.Tables;
using Orleans.Mmu.Linux.LinearMap;
using Orleans.Mmu.Linux.RunningKernel;
using Orleans.Mmu.Linux.Splitting;

namespace Orleans.Mmu.Tests.Linux;

/// <summary>A booted machine's map with an editor on it, to split and to change as its kernel would.</summary>
internal sealed class SplitBench
{
    public const ulong K = 1UL << 10;
    public const ulong M = 1UL << 20;

    private SplitBench(PaintedMap map, TableSnapshot before, KernelContext kernel)
    {
        (Map, Before, Kernel) = (map, before, kernel);
        Editor = new TableEditor(before);
    }

    public PaintedMap Map { get; }

    /// <summary>The tables as they were.</summary>
    public TableSnapshot Before { get; private set; }

    public TableEditor Editor { get; private set; }

    public KernelContext Kernel { get; private set; }

    public TranslationGeometry Geometry => Kernel.Machine.Geometry;

    public ulong Page => Geometry.Granule.PageSize;

    /// <summary>The tables as boot leaves them, and pages without a limit unless one is given.</summary>
    public static SplitBench Of(TestMachine machine, long limit = long.MaxValue) =>
        Of(PaintedMap.Of(machine.Describe()), limit);

    public static SplitBench Of(PaintedMap map, long limit = long.MaxValue) => new(map, map.Final,
        KernelContext.AfterBoot(map.Machine, map.Painter) with { Pages = RangeSplitTests.AnyPages(map, limit) });

    /// <summary>
    /// The tables as they were painted, on a kernel that may split them whatever CPUs the machine has.
    /// </summary>
    public static SplitBench Painted(PaintedMap map, long limit = long.MaxValue) => new(map, map.Painted,
        KernelContext.AfterBoot(map.Machine, map.Painter)
            with
        { Pages = RangeSplitTests.AnyPages(map, limit), Capability = new(true, true) });

    /// <summary>4K pages, memory from 1 GiB to 4 GiB, every CPU listed.</summary>
    public static SplitBench Large(string version = "7.1", string commandLine = "", long limit = long.MaxValue) =>
        Of(new TestMachine
        {
            Version = version,
            CommandLine = commandLine,
            Memory = [(0x4000_0000, 0x1_0000_0000)],
            Cpus = [TestMachine.Listed, TestMachine.Listed],
        }, limit);

    public SplitBench With(Func<KernelContext, KernelContext> change)
    {
        Kernel = change(Kernel);
        return this;
    }

    /// <summary>What was done so far becomes what was there before.</summary>
    public SplitBench Settle()
    {
        Before = Publish();
        return this;
    }

    public SplitPrimitive Split => new(Kernel, Editor);

    public VirtualAddress At(ulong pa) => Kernel.Layout.ToVirtual(new(pa));

    public KernelError SplitAt(ulong start, ulong end) => Split.Split(At(start), At(end));

    /// <summary>The tables as they are now; the editor goes on from them.</summary>
    public TableSnapshot Publish()
    {
        var now = Editor.Publish();
        Editor = new TableEditor(now);
        return now;
    }

    public MapShape Shape() => new(Publish(), Kernel.Swapper);

    public MapShape ShapeBefore() => new(Before, Kernel.Swapper);

    /// <summary>The leaves of [start, end) of memory as "2x2M 16x4K": contiguous groups by their whole size.</summary>
    public string Leaves(ulong start, ulong end)
    {
        var shape = Shape();
        var found = new List<(ulong Size, int Count)>();
        for (var va = At(start); va < At(end);)
        {
            var leaf = shape.LeafAt(va) ?? throw new InvalidOperationException($"nothing is mapped at {va}");
            Assert.Equal(va, leaf.Start);
            if (found.Count > 0 && found[^1].Size == leaf.Size)
                found[^1] = (leaf.Size, found[^1].Count + 1);
            else
                found.Add((leaf.Size, 1));
            va = leaf.Start + leaf.Size;
        }

        return string.Join(' ', found.Select(f => $"{f.Count}x{LeafCensus.SizeName(f.Size)}"));
    }

    /// <summary>The word that translates an address now.</summary>
    public Descriptor Word(ulong pa) => WordAt(At(pa));

    public Descriptor WordAt(VirtualAddress va)
    {
        var table = Editor.Root(Kernel.Swapper);
        while (table.Child(Geometry.Index(va, table.Level)) is { } child)
            table = child;
        return table[Geometry.Index(va, table.Level)];
    }

    public void AssertUntouched()
    {
        Assert.Equal(ShapeBefore().Runs, Shape().Runs);
        Assert.Equal(0, Kernel.Pages.Allocated);
    }

    public void AssertTranslatesAsBefore() => Assert.Equal(ShapeBefore().Translations(), Shape().Translations());
}
