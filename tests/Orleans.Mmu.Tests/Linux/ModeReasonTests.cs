using CsCheck;
using Orleans.Mmu.Linux.Capabilities;

namespace Orleans.Mmu.Tests.Linux;

/// <summary>Why a machine boots in its mode, in a sentence.</summary>
public class ModeReasonTests
{
    private const string V3 = TestMachine.Listed;
    private const string N1 = TestMachine.Unlisted;
    private const string C1Ultra = "0x410fd8c0";
    private const string Single = "change permissions of single pages";
    private const string Both = $"because rodata=on and a KFENCE that may be switched on later {Single}";

    [Theory]
    [InlineData("6.18", "", "0x410fd841 0x410fd842", BootMode.Page,
        $"CPU 0 (Neoverse-V3 r0p1) is not on 6.18's list, which begins at r0p2: pages from the start, {Both}")]
    [InlineData("6.18", "", "0x411fd842", BootMode.Page,
        $"CPU 0 (Neoverse-V3 r1p2) is not on 6.18's list, which ends at r0p15: pages from the start, {Both}")]
    [InlineData("6.18", "", N1, BootMode.Page,
        $"CPU 0 (Neoverse-N1 r4p1) is not on 6.18's list: pages from the start, {Both}")]
    [InlineData("7.2", "", "0x411fd8c1", BootMode.Page,
        $"CPU 0 (C1-Ultra r1p1) is not on 7.2's list (since 7.3 it is): pages from the start, {Both}")]
    [InlineData("7.3", "", C1Ultra, BootMode.Page,
        $"CPU 0 (C1-Ultra r0p0) is not on 7.3's list, which begins at r1p1: pages from the start, {Both}")]
    [InlineData("7.3", "", N1, BootMode.Page, "CPU 0 (Neoverse-N1 r4p1) is not on 7.3's list and has no "
        + $"ID_AA64MMFR2_EL1.BBM = 3: pages from the start, {Both}")]
    [InlineData("7.3", "kfence.sample_interval=100", N1 + "/3", BootMode.Block,
        "CPU 0 (Neoverse-N1 r4p1) has ID_AA64MMFR2_EL1.BBM = 3: large leaves, which are split where rodata=on changes "
        + "permissions of single pages")]
    [InlineData("6.18", "", V3 + " " + N1, BootMode.Repaint,
        "CPU 0 (Neoverse-V3 r0p2) is on 6.18's list, CPU 1 (Neoverse-N1 r4p1) is not on 6.18's list: large leaves "
        + $"first, then a repaint to pages, {Both}")]
    [InlineData("6.18", "", V3 + " " + V3 + " " + N1 + " " + N1, BootMode.Repaint,
        "CPU 0 (Neoverse-V3 r0p2) is on 6.18's list, CPU 2 (Neoverse-N1 r4p1) is not on 6.18's list (nor is 1 more "
        + $"CPU): large leaves first, then a repaint to pages, {Both}")]
    [InlineData("6.18", "rodata=off", V3 + " " + V3, BootMode.Block,
        "CPU 0 (Neoverse-V3 r0p2) is on 6.18's list, and every other CPU that booted with it may split too: large "
        + "leaves, which are split where a KFENCE that may be switched on later changes permissions of single pages")]
    [InlineData("6.18", "rodata=noalias kfence.sample_interval=100", N1, BootMode.Block,
        "nothing changes permissions of single pages but KFENCE's, which are reserved early: large leaves, which stay")]
    [InlineData("6.18", "debug_pagealloc=on", V3, BootMode.Page,
        "debug_pagealloc=on unmaps free pages where the kernel cannot split a leaf: pages from the start")]
    [InlineData("6.17", "rodata=full kfence.sample_interval=100", V3, BootMode.Page,
        "6.17 splits no leaf of the linear map (kernels do since 6.18): pages from the start, because rodata=full "
        + "changes permissions of single pages")]
    public void The_reason_names_the_cpu_the_list_and_the_parameter(
        string version, string commandLine, string cpus, BootMode mode, string sentence)
    {
        var why = ModeReason.Of(new TestMachine
        {
            Version = version,
            CommandLine = commandLine,
            Cpus = cpus.Split(' '),
        }.Describe());

        Assert.Equal((mode, sentence), (why.Mode, why.Sentence));
    }

    [Fact]
    public void A_repaint_that_was_asked_for_says_so_and_what_the_machine_would_do()
    {
        var why = ModeReason.Of(new TestMachine { Cpus = [V3] }.Describe());

        var asked = new ModeReason.AskedFor(why);

        Assert.Equal(BootMode.Repaint, asked.Mode);
        Assert.Equal($"a repaint was asked for; without that: {why.Sentence}", asked.Sentence);
    }

    [Fact]
    public void The_reasons_mode_is_that_of_the_kernels_two_decisions() =>
        Gen.Select(
            Gen.OneOf([.. KernelVersionTests.Known]), Gen.OneOf("on", "off", "noalias", "full"), Gen.Bool, Gen.Bool,
            Gen.Bool, Gen.OneOf(V3, N1, "0x410fd841", C1Ultra, N1 + "/3").Array[1, 4])
        .ForAll((version, rodata, kfence, early, pagealloc, cpus) =>
        {
            var machine = new TestMachine
            {
                Version = version,
                Kfence = kfence,
                CommandLine = $"rodata={rodata} kfence.sample_interval={(early ? 100 : 0)} "
                    + $"debug_pagealloc={(pagealloc ? "on" : "off")}",
                Cpus = cpus,
            }.Describe();

            var why = ModeReason.Of(machine);

            Assert.Equal(
                PaintDecision.OfBootCpu(machine).Mode(NoAbortCapability.Of(machine).SystemSupports), why.Mode);
            Assert.DoesNotContain('\n', why.Sentence);
        });

    [Fact]
    public void Every_cpu_that_a_kernel_trusts_has_the_entry_that_it_is_trusted_by()
    {
        var machine = new TestMachine { Version = "7.3", Cpus = [V3, N1, N1 + "/3"] }.Describe();

        Assert.Equal([true, false, true],
            Enumerable.Range(0, 3).Select(cpu => CpuTrust.Of(machine, cpu).IsTrusted));
        Assert.IsType<CpuTrust.Listed>(CpuTrust.Of(machine, 0));
        Assert.IsType<CpuTrust.Declared>(CpuTrust.Of(machine, 2));
    }
}
