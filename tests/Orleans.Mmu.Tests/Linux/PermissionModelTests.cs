using CsCheck;
using Orleans.Mmu.Arm.Descriptors;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Linux.LinearMap;
using Orleans.Mmu.Linux.Permissions;
using Orleans.Mmu.Linux.Splitting;

namespace Orleans.Mmu.Tests.Linux;

/// <summary>The permission path against an array of pages, over random sequences of calls.</summary>
public class PermissionModelTests
{
    private enum Call
    {
        ReadOnly,
        ReadWrite,
        NoExecute,
        Execute,
        Invalid,
        Valid,
        DirectMapInvalid,
        DirectMapDefault,
    }

    /// <summary>What a page may do, without a word of descriptors.</summary>
    private record struct Page(bool Valid, bool ReadOnly, bool Write, bool NoExecute, bool Marked);

    [Fact]
    public void Every_page_is_what_an_array_of_pages_says() =>
        Gen.Select(
            Gen.OneOf((Granule.K4, 48), (Granule.K4, 52), (Granule.K16, 47), (Granule.K16, 52), (Granule.K64, 48),
                (Granule.K64, 52)),
            Gen.OneOf("7.1", "7.3"),
            Gen.Select(Gen.Enum<Call>(), Gen.UInt, Gen.UInt, Gen.Int[0, 11]).Array[1, 25])
                .ForAll((shape, version, calls) =>
        {
            var bench = SplitBench.Of(Machine(shape.Item1, shape.Item2, version));
            ulong first = (0x4800_0000 + bench.Page - 1) & ~(bench.Page - 1);
            int count = (int)((0x6001_0000 - first) / bench.Page);
            var pages = Enumerable.Range(0, count).Select(i => Read(bench.Word(first + (ulong)i * bench.Page)))
                .ToArray();
            foreach (var (call, from, length, scale) in calls)
            {
                int start = (int)(from % (uint)count) >> scale << scale;
                int n = call >= Call.DirectMapInvalid ? 1
                    : Math.Min(count - start, 1 + (int)(length % (uint)count) >> scale);
                if (n == 0)
                    continue;
                Perform(bench, call, first + (ulong)start * bench.Page, (ulong)n * bench.Page);
                for (int i = start; i < start + n; i++)
                    pages[i] = After(pages[i], call);
            }

            for (int i = 0; i < count; i++)
            {
                ulong pa = first + (ulong)i * bench.Page;
                Assert.Equal(pages[i], Read(bench.Word(pa)));
            }

            // And every page still reaches its own memory.
            foreach (var run in bench.Shape().Runs.Where(r => r.Start >= bench.At(first)))
                Assert.Equal(
                    run.Start, bench.Kernel.Layout.ToVirtual(run.First.OutputAddress(bench.Geometry, run.Level)));
        }, iter: 12);

    private static void Perform(SplitBench bench, Call call, ulong pa, ulong bytes)
    {
        var permissions = new MemoryPermissions(bench.Kernel, bench.Editor);
        var directMap = new DirectMap(bench.Kernel, permissions);
        var range = new LinearRange(bench.At(pa), bench.At(pa + bytes));
        var outcome = call switch
        {
            Call.ReadOnly => permissions.ChangeRange(range, PermissionChange.ReadOnly),
            Call.ReadWrite => permissions.ChangeRange(range, PermissionChange.ReadWrite),
            Call.NoExecute => permissions.ChangeRange(range, PermissionChange.NoExecute),
            Call.Execute => permissions.ChangeRange(range, PermissionChange.Execute),
            Call.Invalid => permissions.ChangeRange(range, PermissionChange.MakeInvalid(bench.Kernel.Rules)),
            Call.Valid => permissions.ChangeRange(range, PermissionChange.MakeValid(bench.Kernel.Rules)),
            Call.DirectMapInvalid => directMap.MakeInvalid(new(pa)),
            _ => directMap.Restore(new(pa)),
        };
        Assert.Equal((KernelError.None, null), (outcome.Error, outcome.Warning));
        bool flushes = call is not (Call.Valid or Call.DirectMapInvalid or Call.DirectMapDefault);
        Assert.Equal(flushes ? 1 : 0, permissions.Flushes.Count);
    }

    private static Page After(Page page, Call call) => call switch
    {
        Call.ReadOnly => page with { ReadOnly = true, Write = false },
        Call.ReadWrite => page with { ReadOnly = false, Write = true },
        Call.NoExecute => page with { NoExecute = true },
        Call.Execute => page with { NoExecute = false },
        Call.Invalid or Call.DirectMapInvalid => page with { Valid = false, Marked = true },
        Call.Valid => page with { Valid = true, Marked = false },
        _ => page with { Valid = true, Marked = false, ReadOnly = false, Write = true },
    };

    private static Page Read(Descriptor leaf) => new(
        leaf.IsValid, (leaf.Bits & 1UL << 7) != 0, (leaf.Bits & 1UL << 51) != 0, (leaf.Bits & 1UL << 53) != 0,
        (leaf.Bits & 1UL << 11) != 0);

    // 512 MiB and a little more, so that there are leaves of every size.
    private static TestMachine Machine(Granule granule, int vaBits, string version) => new()
    {
        Version = version,
        PageSize = granule.Name,
        VaBits = vaBits,
        Memory = [(0x4000_0000, 0x6001_0000)],
        Cpus = [TestMachine.Listed, TestMachine.Listed],
    };
}
