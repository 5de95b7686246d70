using CsCheck;
using Orleans.Mmu.Linux.Capabilities;
using Orleans.Mmu.Linux.Machines;

namespace Orleans.Mmu.Tests.Linux;

/// <summary>force_pte_mapping(), linear_map_requires_bbml2 and the mode that follows from them.</summary>
public class PaintDecisionTests
{
    // rodata, KFENCE (no, early, or possible later), debug_pagealloc, boot CPU: pages? live splits needed?
    [Theory]
    [InlineData("on", "no", false, true, false, true)]
    [InlineData("on", "no", false, false, true, false)]
    [InlineData("on", "early", false, true, false, true)]
    [InlineData("on", "early", false, false, true, false)]
    [InlineData("on", "late", false, true, false, true)]
    [InlineData("on", "late", false, false, true, false)]
    [InlineData("noalias", "no", false, true, false, false)]
    [InlineData("noalias", "no", false, false, false, false)]
    [InlineData("noalias", "early", false, true, false, false)]
    [InlineData("noalias", "early", false, false, false, false)]
    [InlineData("noalias", "late", false, true, false, true)]
    [InlineData("noalias", "late", false, false, true, false)]
    [InlineData("off", "no", false, true, false, false)]
    [InlineData("off", "late", false, true, false, true)]
    [InlineData("off", "late", false, false, true, false)]
    [InlineData("on", "no", true, true, true, false)]
    [InlineData("on", "no", true, false, true, false)]
    [InlineData("off", "no", true, true, true, false)]
    [InlineData("noalias", "early", true, true, true, false)]
    public void Since_6_18_large_leaves_stay_where_the_boot_cpu_can_split_them(
        string rodata, string kfence, bool pagealloc, bool bootCpu, bool pages, bool requires)
    {
        foreach (string version in (string[])["6.18", "6.19", "7.0", "7.1", "7.2", "7.3"])
            Assert.Equal(new(pages, requires), PaintDecision.Of(Machine(version, rodata, kfence, pagealloc), bootCpu));
    }

    [Theory]
    [InlineData("full", "no", false, true)]
    [InlineData("full", "early", false, true)]
    [InlineData("on", "no", false, false)]
    [InlineData("on", "early", false, false)]
    [InlineData("on", "late", false, true)]
    [InlineData("off", "no", false, false)]
    [InlineData("off", "no", true, true)]
    public void Before_6_18_whatever_changes_permissions_forces_pages(
        string rodata, string kfence, bool pagealloc, bool pages)
    {
        foreach (string version in (string[])["6.12", "6.13", "6.16", "6.17"])
        {
            foreach (bool bootCpu in (bool[])[true, false])
                Assert.Equal(new(pages, false), PaintDecision.Of(Machine(version, rodata, kfence, pagealloc), bootCpu));
        }
    }

    // 512 MB of objects' pages: arm64_kfence_alloc_pool() finds room in 2 GB, and none in 256 MB or behind mem=300M.
    [Theory]
    [InlineData("6.18", "rodata=off", 0x8000_0000UL, TestMachine.Unlisted, BootMode.Block)]
    [InlineData("6.18", "rodata=off", 0x1000_0000UL, TestMachine.Unlisted, BootMode.Page)]
    [InlineData("6.18", "rodata=off mem=300M", 0x8000_0000UL, TestMachine.Unlisted, BootMode.Page)]
    [InlineData("6.18", "rodata=off", 0x1000_0000UL, TestMachine.Listed + " " + TestMachine.Unlisted, BootMode.Repaint)]
    [InlineData("6.12", "rodata=on", 0x1000_0000UL, TestMachine.Unlisted, BootMode.Page)]
    [InlineData("7.2", "rodata=noalias", 0x1000_0000UL, TestMachine.Unlisted, BootMode.Page)]
    public void An_early_pool_without_room_leaves_KFENCE_to_be_switched_on_later(
        string version, string commandLine, ulong bytes, string cpus, BootMode mode)
    {
        var machine = new TestMachine
        {
            Version = version,
            CommandLine = commandLine,
            Config = "\"KFENCE_SAMPLE_INTERVAL\": 100, \"KFENCE_NUM_OBJECTS\": 65535",
            Memory = [(0x4000_0000, 0x4000_0000 + bytes)],
            Cpus = cpus.Split(' '),
        }.Describe();
        Assert.Equal(mode, ModeReason.Of(machine).Mode);
        Assert.Equal(mode == BootMode.Block, machine.Warnings.All(
            w => !w.Contains("failed to allocate kfence pool: no range of memory has room for 512M", Sentence)));
    }

    private const StringComparison Sentence = StringComparison.Ordinal;

    [Theory]
    [InlineData(true, false, true, BootMode.Page)]
    [InlineData(true, false, false, BootMode.Page)]
    [InlineData(false, false, true, BootMode.Block)]
    [InlineData(false, false, false, BootMode.Block)]
    [InlineData(false, true, true, BootMode.Block)]
    [InlineData(false, true, false, BootMode.Repaint)]
    public void The_mode_follows_once_every_early_cpu_is_known(bool pages, bool requires, bool system, BootMode mode) =>
        Assert.Equal(mode, new PaintDecision(pages, requires).Mode(system));

    [Fact]
    public void Pages_are_never_split_and_a_repaint_needs_a_trusted_boot_cpu() =>
        Gen.Select(
            Gen.OneOf([.. KernelVersionTests.Known]), Gen.OneOf("on", "off", "noalias", "full"),
            Gen.OneOf("no", "early", "late"),
            Gen.Bool, Gen.Bool, Gen.Bool).ForAll((version, rodata, kfence, pagealloc, bootCpu, others) =>
        {
            var decision = PaintDecision.Of(Machine(version, rodata, kfence, pagealloc), bootCpu);
            var mode = decision.Mode(bootCpu && others);

            Assert.False(decision.ForcePages && decision.RequiresBbml2);
            if (mode == BootMode.Repaint)
                Assert.True(bootCpu && !others);
            if (mode == BootMode.Block && !bootCpu)
                Assert.False(decision.RequiresBbml2);
        });

    private static MachineDescription Machine(string version, string rodata, string kfence, bool pagealloc) =>
        new TestMachine
        {
            Version = version,
            Kfence = kfence != "no",
            CommandLine =
            $"rodata={rodata} kfence.sample_interval={(kfence == "early" ? 100 : 0)} "
            + $"debug_pagealloc={(pagealloc ? "on" : "off")}",
        }.Describe();
}
