using System.Collections.Immutable;
using Orleans.Mmu.Arm.Invalidation;
using Orleans.Mmu.Linux.Hotplug;
using Orleans.Mmu.Linux.Machines;
using Orleans.Mmu.Linux.Permissions;
using Orleans.Mmu.Linux.Splitting;

namespace Orleans.Mmu.Tests.Linux;

/// <summary>
/// unmap_hotplug_range() until 7.0: each member of a contiguous group is cleared and flushed by itself.
/// </summary>
public class MemberwiseRemovalTests
{
    private const ulong M = SplitBench.M;
    private static readonly MemoryRange Added = new(new(0x2_0000_0000), new(0x2_0000_0000 + 128 * M));

    [Fact]
    public void Each_member_is_a_step_and_the_tables_go_last()
    {
        var bench = SplitBench.Large("7.0");

        var steps = Removal(bench);

        // Four groups of sixteen 2M blocks.
        Assert.Equal(65, steps.Length);
        for (int i = 0; i < 64; i++)
        {
            var start = bench.At(Added.Start.Value + (ulong)i * 2 * M);
            Assert.Equal((start, start + 2 * M, false), (steps[i].Range.Start, steps[i].Range.End, steps[i].Unlinks));
            Assert.Equal(new(TlbiScope.VaAllAsidsLastLevel, true, start, bench.Page), Assert.Single(steps[i].Flushes));
            Assert.Equal(i % 16 != 15, steps[i].LeavesGroup);
        }

        Assert.True(steps[64].Unlinks);
        Assert.Equal(new(TlbiScope.VaAllAsids, true, bench.At(Added.Start.Value), bench.Page),
            Assert.Single(steps[64].Flushes));
    }

    [Fact]
    public void Leaves_outside_groups_share_a_step_and_each_is_flushed()
    {
        var pages = SplitBench.Of(new TestMachine { Version = "7.0", Cpus = [TestMachine.Unlisted] });

        var steps = Removal(pages);

        Assert.Equal(2, steps.Length);
        Assert.Equal(new(TlbiScope.VaAllAsidsLastLevel, true, pages.At(Added.Start.Value), 128 * M),
            Assert.Single(steps[0].Flushes));
        // 64 tables of pages, and the one above them.
        Assert.Equal(65, steps[1].Flushes.Length);
        Assert.DoesNotContain(steps, s => s.LeavesGroup);
    }

    [Fact]
    public void A_group_that_a_change_has_broken_up_is_no_group_any_more()
    {
        var bench = SplitBench.Large("7.0");

        var steps = Removal(bench, change: new(Added.Start + 32 * M, Added.Start + 34 * M));

        // The members of the second group have lost the bit, and are one step between groups.
        Assert.Equal(16 + 1 + 32 + 1, steps.Length);
        Assert.Equal(16, steps[16].Flushes.Length);
        Assert.False(steps[16].LeavesGroup);
    }

    [Theory]
    [InlineData("7.0")]
    [InlineData("7.1")]
    public void In_any_number_of_steps_the_same_tables_remain(string version)
    {
        var bench = SplitBench.Large(version);
        long pages = bench.Kernel.Pages.Allocated;

        foreach (var step in Removal(bench, change: new(Added.Start + 33 * M, Added.Start + 35 * M)))
            new MemoryHotplug(bench.Kernel, bench.Editor).Perform(step);

        Assert.Equal(bench.ShapeBefore().Runs, bench.Shape().Runs);
        Assert.Equal(pages, bench.Kernel.Pages.Allocated);
    }

    [Fact]
    public void A_part_ends_inside_a_group_and_all_parts_are_all_steps()
    {
        var bench = SplitBench.Large("7.0");
        var steps = Removal(bench);
        var removal = new HotRemoval(Added, steps);
        var performed = new List<RemovalStep>();

        int parts = 0;
        for (; !removal.IsDone; parts++)
        {
            var part = removal.Advance();
            Assert.True(removal.IsDone || part[^1].LeavesGroup);
            performed.AddRange(part);
        }

        Assert.Equal(steps, performed);
        Assert.InRange(parts, 8, 16);
    }

    // Adds memory, changes a part of it, and plans its removal.
    private static ImmutableArray<RemovalStep> Removal(SplitBench bench, MemoryRange? change = null)
    {
        var hotplug = new MemoryHotplug(bench.Kernel, bench.Editor);
        Assert.Equal(KernelError.None, hotplug.Add(Added));
        if (change is { } part)
        {
            Assert.Equal(KernelError.None, new MemoryPermissions(bench.Kernel, bench.Editor).ChangeRange(
                new(bench.At(part.Start.Value), bench.At(part.End.Value)), PermissionChange.ReadOnly).Error);
        }

        Assert.Equal(KernelError.None, hotplug.PlanRemoval(Added, out var steps, out string? warning));
        Assert.Null(warning);
        return steps;
    }
}
