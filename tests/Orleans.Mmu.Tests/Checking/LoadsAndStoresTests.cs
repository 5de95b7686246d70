using CsCheck;
using Orleans.Mmu.Arm.Tables;
using Orleans.Mmu.Arm.Walks;
using Orleans.Mmu.Linux.Calls;
using Orleans.Mmu.Linux.Flushing;
using Orleans.Mmu.Linux.Kernels;
using Orleans.Mmu.Linux.Machines;
using Orleans.Mmu.Linux.Protocols;
using Orleans.Mmu.Speculation.Scenarios;
using Orleans.Mmu.Tests.Linux;
using Orleans.Mmu.Verdicts.Properties;

namespace Orleans.Mmu.Tests.Checking;

/// <summary>
/// Stores through entries that should be gone are caught every time, and nothing is where the flush was sent.
/// </summary>
public class LoadsAndStoresTests
{
    private static readonly MachineDescription Machine = new TestMachine
    {
        Version = "7.3",
        Memory = [(0x4000_0000, 0x5000_0000)],
        Cpus = [TestMachine.Listed, TestMachine.Listed],
    }.Describe();

    [Fact]
    public void For_every_seed_a_flush_that_is_left_out_lets_a_store_through_and_one_that_is_sent_does_not() =>
        Gen.ULong.ForAll(seed =>
        {
            var without = new RunningKernel(Machine);
            without.Play(Scenario.Parts, seed, flush: false);
            Assert.Contains(without.Violations, v => v.Property == Property.StaleWrite);

            var with = new RunningKernel(Machine);
            with.Play(Scenario.Parts, seed);
            Assert.Empty(with.Violations);
        }, iter: 20);

    [Theory]
    [InlineData("7.0")]
    [InlineData("7.1")]
    public void For_every_seed_a_removal_that_flushes_members_leaves_translations_behind_and_others_do_not(
        string version) =>
        Gen.ULong.ForAll(seed =>
        {
            var machine = new TestMachine
            {
                Version = version,
                Memory = [(0x4000_0000, 0x5000_0000)],
                Cpus = [TestMachine.Listed, TestMachine.Listed],
            }.Describe();
            // What 7.0 does wrong with invalid blocks is not the matter here.
            machine = machine with { Rules = machine.Rules.With(KernelBug.InvalidBlockUnseen, present: false) };
            var kernel = new RunningKernel(machine);

            kernel.Play(Scenario.Hotplug, seed);

            Assert.Equal(machine.Rules.Has(KernelBug.HotRemoveFlushesMembers) ? [Property.StaleTranslation] : [],
                kernel.Violations.Select(v => v.Property).Distinct());
        }, iter: 10);

    [Fact]
    public void A_call_that_goes_on_lets_no_other_one_come_between()
    {
        var kernel = new RunningKernel(new TestMachine
        {
            Version = "7.0",
            Memory = [(0x4000_0000, 0x5000_0000)],
            Cpus = [TestMachine.Listed, TestMachine.Listed],
        }.Describe());
        var range = new MemoryRange(new(0x8000_0000), new(0x8800_0000));
        kernel.Call(new HotplugAdd(range));
        var editor = new TableEditor(kernel.Tables);

        Assert.True(kernel.Memory.Perform(editor, new HotplugRemove(range)).GoesOn);
        Assert.Throws<InvalidOperationException>(() => kernel.Memory.Perform(editor, new VmallocAlloc(1)));
        Assert.Throws<InvalidOperationException>(() => kernel.Memory.Perform(editor, new HotplugAdd(range)));
        Assert.True(kernel.Memory.Perform(editor, new HotplugRemove(range)).GoesOn);
    }

    [Fact]
    public void A_store_through_a_read_only_translation_is_a_permission_fault_by_the_entry_that_is_cached()
    {
        var kernel = new RunningKernel(Machine);
        kernel.Call(new VmallocAlloc(1));
        var va = kernel.Memory.Areas[1].Start;
        var cpu = new KernelCpu(Machine, 0);
        cpu.PowerOn();
        var writable = kernel.Tables;
        kernel.Call(new SetMemoryRo(1, 0, 1), flush: false);

        Assert.Equal(WalkFault.None, cpu.Processor.Access(writable, va, kind: AccessKind.Load).Fault);
        Assert.Equal(WalkFault.None, cpu.Processor.Access(kernel.Tables, va, kind: AccessKind.Store).Fault);
        cpu.Processor.CompleteBroadcast(KernelFlush.Of(kernel.Memory.Areas[1].Range, Machine.Geometry));
        Assert.Equal(WalkFault.Permission, cpu.Processor.Access(kernel.Tables, va, kind: AccessKind.Store).Fault);
        Assert.Equal(WalkFault.None, cpu.Processor.Access(kernel.Tables, va, kind: AccessKind.Load).Fault);
        // The other way round: what is cached as read-only goes on refusing although memory allows it.
        kernel.Call(new SetMemoryRw(1, 0, 1), flush: false);
        Assert.Equal(WalkFault.Permission, cpu.Processor.Access(kernel.Tables, va, kind: AccessKind.Store).Fault);
    }

    [Fact]
    public void A_page_that_a_call_gave_away_may_not_be_reached_by_its_alias()
    {
        var kernel = new RunningKernel(Machine);
        kernel.Call(new VmallocAlloc(1));
        var page = kernel.Memory.Areas[1].Pages[0];
        foreach (bool flush in (bool[])[true, false])
        {
            kernel.Violations.Clear();
            kernel.Work(1);
            kernel.Call(new TakeSecret(page), flush);
            kernel.Work(1);
            Assert.Equal(
                flush ? [] : [Property.StaleTranslation], kernel.Violations.Select(v => v.Property).Distinct());
            kernel.Call(new FreeSecret(page));
        }
    }
}
