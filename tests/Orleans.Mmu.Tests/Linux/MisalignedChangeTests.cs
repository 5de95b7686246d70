using Orleans.Mmu.Arm.Invalidation;
using Orleans.Mmu.Linux.Permissions;
using Orleans.Mmu.Linux.Splitting;

namespace Orleans.Mmu.Tests.Linux;

/// <summary>
/// Changes that begin and end inside pages, where nothing is split, so that no check of alignment applies.
/// </summary>
public class MisalignedChangeTests
{
    // pageattr_pte_entry() goes page by page from wherever it begins, and ends where less than a page is left.
    [Fact]
    public void A_misaligned_change_of_a_map_of_pages_goes_through_as_many_pages_as_it_is_long()
    {
        var bench = SplitBench.Of(new TestMachine { Version = "7.1", Cpus = [TestMachine.Unlisted] });
        var permissions = new MemoryPermissions(bench.Kernel, bench.Editor);

        var outcome =
            permissions.ChangeRange(new(bench.At(0x6000_0800), bench.At(0x6000_2800)), PermissionChange.ReadOnly);

        Assert.Equal((KernelError.None, 0), (outcome.Error, permissions.Warnings.Count));
        bool[] readOnly =
            [.. Enumerable.Range(-1, 4).Select(i => (bench.Word(0x6000_0000 + (ulong)(i * 4096)).Bits & 1 << 7) != 0)];
        Assert.Equal([false, true, true, false], readOnly);
        // The flush covers every page that the addresses touch.
        Assert.Equal(new(TlbiScope.VaAllAsidsLastLevel, true, bench.At(0x6000_0000), 0x3000),
            Assert.Single(permissions.Flushes));
    }
}
