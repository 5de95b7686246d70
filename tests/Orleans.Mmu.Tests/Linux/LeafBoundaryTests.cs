using Orleans.Mmu.Arm.Descriptors;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Linux.Hotplug;
using Orleans.Mmu.Linux.Permissions;
using Orleans.Mmu.Linux.Splitting;

namespace Orleans.Mmu.Tests.Linux;

/// <summary>
/// With two levels of tables PGDIR_SIZE is a block, and Linux asks for it first: a block's edge inside a contiguous
/// group is then no place to split. With three it is one.
/// </summary>
public class LeafBoundaryTests
{
    private const ulong K = SplitBench.K;
    private const ulong M = SplitBench.M;
    private const ulong Group = 0x8000_0000;
    private const ulong Added = 0x4_0000_0000;

    // 16K pages: a group of blocks is 1G, a block 32M.
    private static SplitBench Machine(int vaBits) => SplitBench.Of(new TestMachine
    {
        Version = "7.1",
        PageSize = "16K",
        VaBits = vaBits,
        Memory = [(0x4000_0000, 0x1_0000_0000)],
        Cpus = [TestMachine.Listed],
    });

    [Theory]
    [InlineData(36, "1x1G")]
    [InlineData(47, "32x32M")]
    public void A_block_edge_inside_a_group_is_looked_at_where_a_table_lies_above(int vaBits, string leaves)
    {
        var bench = Machine(vaBits);

        Assert.Equal(KernelError.None, bench.SplitAt(Group + 64 * M, Group + 128 * M));

        Assert.Equal(leaves, bench.Leaves(Group, Group + 1024 * M));
        Assert.Equal(0, bench.Kernel.Pages.Allocated);
    }

    [Theory]
    [InlineData(36)]
    [InlineData(47)]
    public void A_page_inside_a_block_dissolves_the_group_with_any_number_of_levels(int vaBits)
    {
        var bench = Machine(vaBits);

        Assert.Equal(KernelError.None, bench.SplitAt(Group + 64 * M, Group + 64 * M + 16 * K));

        Assert.Equal("2x32M 128x16K 15x2M 29x32M", bench.Leaves(Group, Group + 1024 * M));
        bench.AssertTranslatesAsBefore();
    }

    // The members of a group must agree in all but their address: here they do not, and no error is returned.
    [Theory]
    [InlineData(36, true)]
    [InlineData(47, false)]
    public void Two_levels_let_a_part_of_a_group_change(int vaBits, bool stillGroup)
    {
        var bench = Machine(vaBits);
        var permissions = new MemoryPermissions(bench.Kernel, bench.Editor);

        var outcome = permissions.ChangeRange(
            new(bench.At(Group + 64 * M), bench.At(Group + 128 * M)), PermissionChange.ReadOnly);

        Assert.Equal(KernelError.None, outcome.Error);
        Assert.Empty(permissions.Warnings);
        var (before, inside) = (bench.Word(Group), bench.Word(Group + 64 * M));
        Assert.Equal((stillGroup, stillGroup), (before.Contiguous, inside.Contiguous));
        Assert.Equal((false, true), (IsReadOnly(bench, before), IsReadOnly(bench, inside)));
    }

    [Theory]
    [InlineData(36, KernelError.None)]
    [InlineData(47, KernelError.NotPermitted)]
    public void Two_levels_let_a_part_of_a_group_be_removed(int vaBits, KernelError expected)
    {
        var bench = Machine(vaBits);
        var hotplug = new MemoryHotplug(bench.Kernel, bench.Editor);
        Assert.Equal(KernelError.None, hotplug.Add(new(new(Added), new(Added + 1024 * M))));

        Assert.Equal(expected, hotplug.Remove(new(new(Added), new(Added + 128 * M)), out _, out _));

        Assert.Equal(expected != KernelError.None, bench.Word(Added).IsValid);
        Assert.True(bench.Word(Added + 128 * M).Contiguous);
    }

    private static bool IsReadOnly(SplitBench bench, Descriptor leaf) =>
        leaf.Attributes(bench.Geometry, Level.L2).ReadOnly;
}
