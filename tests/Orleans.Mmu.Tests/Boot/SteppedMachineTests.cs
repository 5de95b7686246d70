using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Interfaces.Tables;
using Orleans.Mmu.Linux.LinearMap;
using Orleans.Mmu.Testing.Machines;

namespace Orleans.Mmu.Tests.Boot;

/// <summary>A machine that a test drives itself, as users of the packages do.</summary>
[Collection(nameof(OneSilo))]
public sealed class SteppedMachineTests(OneSilo lab)
{
    // CPUs 0 to 3 split live, CPUs 4 to 7 are of level 0.
    private const int Trusted = 1;
    private const int Weak = 4;
    // The first page would take the block's way in its set of the TLB.
    private const ulong SecondPage = 4096;

    [Theory]
    [InlineData(Trusted, false)]
    [InlineData(Weak, true)]
    public async Task Walks_on_both_sides_of_a_split_leave_two_sizes_which_level_0_does_not_allow(int cpu, bool races)
    {
        var (machine, address) = await PaintedAsync();
        Assert.Empty(await machine.SpeculateAsync(cpu, address));

        Assert.True((await machine.SplitAsync(RepaintRange.BelowText)).Done);
        var found = await machine.SpeculateAsync(cpu, address);

        Assert.Equal(races ? ["tlb-conflict"] : [], found.Select(v => v.Property.Name));
        Assert.Equal([12, 21], await ShiftsAsync(machine, cpu, address));
        Assert.Empty(await machine.HeldAsync(cpu + 1, address));
    }

    [Fact]
    public async Task Ranges_of_one_call_are_split_one_after_another_and_a_repeat_gets_both_answers()
    {
        var (machine, _) = await PaintedAsync();
        var tables = lab.Grains.GetGrain<IPageTableGrain>(machine.Key);
        var both = new SplitCommand(1, 1, RepaintRange.BelowText, default, long.MaxValue)
        {
            Then = [RepaintRange.AboveRodata],
        };

        var first = await tables.Split(both, CancellationToken.None);
        var second = Assert.Single(first.Then);
        Assert.True(first.Done && second.Done);
        Assert.Equal((first.Version + 1, first.Blocks + second.Blocks), (second.Version, second.TotalBlocks));

        // From memory; from storage, by an activation that follows; and the second range by its own number.
        var again = await tables.Split(both, CancellationToken.None);
        Assert.Equal((first with { Then = [] }, second), (again with { Then = [] }, Assert.Single(again.Then)));
        await lab.Grains.GetGrain<IManagementGrain>(0).ForceActivationCollection(TimeSpan.Zero);
        again = await tables.Split(both, CancellationToken.None);
        Assert.Equal((first with { Then = [] }, second), (again with { Then = [] }, Assert.Single(again.Then)));
        Assert.Equal(second, await tables.Split(
            new(1, 2, RepaintRange.AboveRodata, default, long.MaxValue), CancellationToken.None));
    }

    [Fact]
    public async Task A_TLBI_that_completes_before_the_next_walk_leaves_nothing_to_conflict()
    {
        var (machine, address) = await PaintedAsync();
        await machine.SpeculateAsync(Weak, address);
        await machine.SplitAsync(RepaintRange.BelowText);

        await machine.InvalidateAsync();

        Assert.Empty(await machine.HeldAsync(Weak));
        Assert.Empty(await machine.SpeculateAsync(Weak, address));
        Assert.Equal([12], await ShiftsAsync(machine, Weak, address));
    }

    [Fact]
    public async Task Until_a_DSB_orders_the_stores_a_walk_may_find_either_table()
    {
        var (early, address) = await PaintedAsync();
        await early.SplitAsync(RepaintRange.BelowText);
        Assert.Equal("tlb-conflict", Assert.Single(await early.SpeculateAsync(Weak, address)).Property.Name);

        var (late, _) = await PaintedAsync();
        await late.SplitAsync(RepaintRange.BelowText);
        late.Order();
        Assert.Empty(await late.SpeculateAsync(Weak, address));
    }

    [Fact]
    public async Task A_split_goes_on_where_it_stopped()
    {
        var (machine, _) = await PaintedAsync();
        long blocks = 0;
        for (bool isDone = false; !isDone;)
        {
            var part = await machine.SplitAsync(RepaintRange.AboveRodata, blocks: 16);
            Assert.InRange(part.Blocks, 0, 16);
            (blocks, isDone) = (blocks + part.Blocks, part.Done);
            Assert.Equal(blocks, part.TotalBlocks);
        }

        var (whole, _) = await PaintedAsync();
        Assert.Equal((await whole.SplitAsync(RepaintRange.AboveRodata)).TotalBlocks, blocks);
    }

    [Fact]
    public async Task A_CPU_that_is_off_neither_walks_nor_holds_anything()
    {
        var machine = await SteppedMachine.PaintAsync(lab.Grains, SmallMachine.Of("asymmetric"));
        await machine.PowerOnAsync(0, 1);
        var address = machine.Range(RepaintRange.BelowText).Start;

        await machine.SpeculateAsync(1, address);
        await machine.SpeculateAsync(2, address);

        Assert.NotEmpty(await machine.HeldAsync(1, address));
        Assert.Empty(await machine.HeldAsync(2));
    }

    [Fact]
    public async Task What_is_no_machine_or_no_protocol_is_said()
    {
        await Assert.ThrowsAsync<InputException>(() => SteppedMachine.PaintAsync(lab.Grains, "{"));
        await Assert.ThrowsAsync<ArgumentException>(() => lab.Boot(SmallMachine.Of("symmetric"), "spun", seed: 1));
        Assert.Throws<ArgumentException>(() => SmallMachine.Of("juno-r2"));
        Assert.Throws<ArgumentException>(() => SmallMachine.Of("asymetric"));
    }

    private async Task<(SteppedMachine Machine, VirtualAddress Address)> PaintedAsync()
    {
        var machine = await SteppedMachine.PaintAsync(lab.Grains, SmallMachine.Of("asymmetric"));
        await machine.PowerOnAsync();
        return (machine, machine.Range(RepaintRange.BelowText).Start + SecondPage);
    }

    private static async Task<IEnumerable<int>> ShiftsAsync(SteppedMachine machine, int cpu, VirtualAddress address) =>
        (await machine.HeldAsync(cpu, address)).Select(e => e.Shift).Order();
}
