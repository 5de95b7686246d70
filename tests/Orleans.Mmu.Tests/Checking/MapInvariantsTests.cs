using CsCheck;
using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Descriptors;
using Orleans.Mmu.Linux.Calls;
using Orleans.Mmu.Linux.Kernels;
using Orleans.Mmu.Linux.Machines;
using Orleans.Mmu.Linux.Splitting;
using Orleans.Mmu.Linux.Vmalloc;
using Orleans.Mmu.Speculation.Maps;
using Orleans.Mmu.Speculation.Scenarios;
using Orleans.Mmu.Tests.Linux;
using Orleans.Mmu.Verdicts.Properties;

namespace Orleans.Mmu.Tests.Checking;

/// <summary>They hold on whatever the kernel does, and each of them fails on the one thing that it is about.</summary>
public class MapInvariantsTests
{
    private static readonly TestMachine Small = new()
    {
        Version = "7.3",
        Memory = [(0x4000_0000, 0x5000_0000)],
        Cpus = [TestMachine.Listed, TestMachine.Listed],
    };

    [Fact]
    public void They_hold_after_the_boot_of_any_machine() =>
        RandomMachine.Blocks.ForAll(machine => Assert.Empty(Found(new RunningKernel(machine))), iter: 60);

    [Theory]
    [InlineData("6.19", "4K", 48, "", TestMachine.Unlisted)]
    [InlineData("7.3", "4K", 39, "", TestMachine.Listed)]
    [InlineData("7.3", "4K", 52, "rodata=noalias kfence.sample_interval=100", TestMachine.Listed)]
    [InlineData("7.3", "16K", 47, "", TestMachine.Listed)]
    [InlineData("7.3", "16K", 36, "rodata=off", TestMachine.Unlisted)]
    [InlineData("7.3", "64K", 48, "", TestMachine.Unlisted)]
    [InlineData("7.3", "64K", 42, "", TestMachine.Listed)]
    public void They_hold_after_the_calls_of_every_scenario(
        string version, string pageSize, int vaBits, string commandLine, string second)
    {
        foreach (var scenario in Scenario.All)
        {
            int calls = 0;
            var kernel = new RunningKernel((Small with
            {
                Memory = [(0x4000_0000, 0x4800_0000)],
                Version = version,
                PageSize = pageSize,
                VaBits = vaBits,
                CommandLine = commandLine,
                Cpus = [TestMachine.Listed, second],
            }).Describe());
            var refused = kernel.Play(scenario, seed: 3, after: call =>
            {
                if (++calls <= 8 || calls % 16 == 0)
                    Assert.Equal((call, ""), (call, string.Join("; ", Found(kernel).Select(v => v.Message))));
            });

            Assert.Empty(refused);
            Assert.Empty(Found(kernel));
            Assert.Empty(kernel.Violations);
            Assert.True(calls >= 6);
        }
    }

    [Fact]
    public void The_calls_of_a_scenario_that_changes_a_part_of_an_area_show_who_changed_all_of_it()
    {
        var machine = Small.Describe();
        var kernel =
            new RunningKernel(machine with { Rules = machine.Rules.With(KernelBug.WholeAreaAliased, present: true) });
        kernel.Play(Scenario.Parts, seed: 1);

        Assert.Contains(kernel.Violations, v => v.Property == Property.UnexpectedFault);
        Assert.DoesNotContain(kernel.Violations, v => v.Property == Property.StaleWrite);
    }

    [Fact]
    public void Each_sees_what_it_is_about_and_where()
    {
        var read = Kernel(out var area);
        var layout = read.Memory.Kernel.Layout;
        var block = layout.ToVirtual(new(0x4800_0000));
        var alias = layout.ToVirtual(area.Pages[0]);

        Sees(Property.UnexpectedFault, block, w => Descriptor.Invalid);
        Sees(Property.UnkeptPermission, block, w => new(w.Bits | 1UL << 7));
        Sees(Property.WrongPage, block, w => new(w.Bits + (1UL << 32)));
        Sees(Property.BrokenGroup, block, w => w.WithContiguous(false));
        Sees(Property.WritableAndExecutable, block, w => new(w.Bits & ~(1UL << 53)));
        Sees(Property.WritableAlias, alias, w => new(w.Bits & ~(1UL << 7)));
        Sees(Property.WritableAlias, area.Start, w => new(w.Bits & ~(1UL << 7)));
        Sees(Property.UnexpectedFault, area.Start, w => Descriptor.Invalid);
        Sees(Property.WrongPage, area.Start, w => new(w.Bits ^ 0x1000));
        Sees(Property.WrongPage, area.End, w => new(0x0068_0000_4800_0783));
        Sees(Property.WrongPage, layout.ToVirtual(new(0x5000_0000)), w => new(0x0068_0000_5000_0701));
        Sees(Property.WritableAndExecutable, area.Start + 0x1000, w => new(w.Bits & ~(1UL << 53)));
    }

    [Fact]
    public void A_table_that_is_lost_is_missed()
    {
        var kernel = Kernel(out _);
        Assert.True(kernel.Memory.Kernel.Pages.TryAllocate(out _));

        Assert.Equal([Property.TableCensus], Found(kernel).Select(v => v.Property));
    }

    [Fact]
    public void Pages_in_a_row_are_one_finding()
    {
        var kernel = Kernel(out _);
        var block = kernel.Memory.Kernel.Layout.ToVirtual(new(0x4800_0000));
        for (ulong i = 0; i < 16; i++)
            kernel.Poke(block + i * 0x20_0000, (w, _) => new(w.Bits | 1UL << 7));

        var found = Assert.Single(Found(kernel));

        Assert.Equal(
            $"{block}-{block + 0x200_0000} is read-only through the linear map and should be writable", found.Message);
    }

    [Fact]
    public void Memory_that_comes_and_goes_is_known()
    {
        var kernel = Kernel(out _);
        var range = new MemoryRange(new(0x6000_0000), new(0x6800_0000));
        Assert.Equal(KernelError.None, kernel.Call(new HotplugAdd(range)).Error);
        Assert.Empty(Found(kernel));
        Assert.Equal(KernelError.None, kernel.Call(new HotplugRemove(range)).Error);
        Assert.Empty(Found(kernel));
    }

    [Theory]
    [InlineData("whole-area-aliased")]
    [InlineData("alias-error-ignored")]
    public void A_part_of_an_area_and_the_mistakes_that_kernels_made_with_it(string bug)
    {
        foreach (bool present in (bool[])[false, true])
        {
            var machine = Small.Describe();
            var kernel = new RunningKernel(machine with { Rules = machine.Rules.With(KernelBug.Find(bug)!, present) });
            kernel.Call(new VmallocAlloc(8));
            // Every page for tables is gone: the next split fails.
            if (bug == "alias-error-ignored")
            {
                while (kernel.Memory.Kernel.Pages.TryAllocate(out _))
                {
                }
            }

            kernel.Call(new SetMemoryRo(1, 0, 4));

            var expected = !present ? []
                : bug == "whole-area-aliased" ? (string[])["unkept-permission"] : ["writable-alias"];
            Assert.Equal(expected, Found(kernel).Where(v => v.Property != Property.TableCensus)
                .Select(v => v.Property.Name).Distinct());
        }
    }

    private static void Sees(Property property, VirtualAddress va, Func<Descriptor, Descriptor> change)
    {
        var kernel = Kernel(out _);
        Assert.Empty(Found(kernel));
        kernel.Poke(va, (word, _) => change(word));

        Assert.Contains(Found(kernel), v => v.Property == property && v.Address - va <= 0x20_0000UL);
    }

    // An area of four pages: two are read-only, two as they were.
    private static RunningKernel Kernel(out VmallocArea area)
    {
        var kernel = new RunningKernel(Small.Describe());
        kernel.Call(new VmallocAlloc(4));
        kernel.Call(new SetMemoryRo(1, 0, 1));
        area = kernel.Memory.Areas[1];
        return kernel;
    }

    private static IReadOnlyList<Violation> Found(RunningKernel kernel) =>
        MapInvariants.Of(kernel.Memory, kernel.Tables);
}
