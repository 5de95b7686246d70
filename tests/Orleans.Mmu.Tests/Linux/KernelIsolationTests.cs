using Orleans.Mmu.Linux.Capabilities;
using Orleans.Mmu.Linux.Machines;

namespace Orleans.Mmu.Tests.Linux;

/// <summary>Whether the kernel's leaves are non-global, since when, and why.</summary>
public sealed class KernelIsolationTests
{
    private const string V3 = TestMachine.Listed;
    private const string N1 = TestMachine.Unlisted;
    private const string A53 = "0x410fd034";
    private const string A75 = "0x412fd0a0";
    private const string Kryo = "0x516f802d";
    private const string ThunderX = "0x431f0a11";

    // KASLR, command line, config, CPUs: from the start? rewritten?
    [Theory]
    [InlineData(false, "", "", N1, false, false, "KASLR is off, and every CPU has CSV3 or is on Linux's list of CPUs "
        + "that are safe without")]
    [InlineData(true, "", "", V3, false, false, "every CPU has E0PD, and CSV3 or a place on Linux's list of CPUs that "
        + "are safe without")]
    [InlineData(true, "", "", N1 + "," + V3, true, false, "KASLR is on and CPU 0 (Neoverse-N1 r4p1) has no E0PD")]
    [InlineData(true, "", "", V3 + "," + N1, false, true, "KASLR is on and CPU 1 (Neoverse-N1 r4p1) has no E0PD")]
    [InlineData(true, "nokaslr", "", N1, false, false, "KASLR is off, and every CPU has CSV3 or is on Linux's list of "
        + "CPUs that are safe without")]
    [InlineData(true, "-- nokaslr", "", N1, true, false, "KASLR is on and CPU 0 (Neoverse-N1 r4p1) has no E0PD")]
    [InlineData(true, "", "\"RANDOMIZE_BASE\": false", N1, false, false, "KASLR is off, and every CPU has CSV3 or is "
        + "on Linux's list of CPUs that are safe without")]
    [InlineData(true, "", "\"ARM64_E0PD\": false", V3, true, false, "KASLR is on and the kernel is built without "
        + "ARM64_E0PD")]
    [InlineData(true, "", "\"UNMAP_KERNEL_AT_EL0\": false", N1, true, false, "the kernel is built without "
        + "UNMAP_KERNEL_AT_EL0")]
    [InlineData(true, "kpti=off", "", N1, true, false, "kpti=off")]
    [InlineData(true, "mitigations=off", "", N1, true, false, "KASLR is on and CPU 0 (Neoverse-N1 r4p1) has no E0PD")]
    [InlineData(false, "kpti=1", "", V3, false, true, "kpti=on")]
    [InlineData(false, "kpti=maybe", "", V3, false, false, "KASLR is off, and every CPU has CSV3 or is on Linux's list "
        + "of CPUs that are safe without")]
    [InlineData(false, "", "", A53, false, false, "KASLR is off, and every CPU has CSV3 or is on Linux's list of CPUs "
        + "that are safe without")]
    [InlineData(false, "", "", A53 + "," + A75, false, true, "CPU 1 (Cortex-A75 r2p0) has no CSV3 and is not on "
        + "Linux's list of CPUs that are safe without")]
    [InlineData(false, "", "", A53 + "," + Kryo, false, true, "CPU 1 (Kryo 3xx Gold r6p13) is not known to have CSV3 "
        + "and is not on Linux's list of CPUs that are safe without")]
    [InlineData(false, "", "", A75 + " +csv3", false, false, "KASLR is off, and every CPU has CSV3 or is on Linux's "
        + "list of CPUs that are safe without")]
    [InlineData(true, "", "", N1 + " +e0pd", false, false, "every CPU has E0PD, and CSV3 or a place on Linux's list of "
        + "CPUs that are safe without")]
    [InlineData(false, "mitigations=off", "", A75, false, false, "mitigations=off")]
    [InlineData(false, "kpti=on mitigations=off", "", A75, false, true, "kpti=on")]
    [InlineData(true, "kpti=on", "", ThunderX, false, false, "CPU 0 (Cavium ThunderX r1p1) has Cavium erratum 27456")]
    [InlineData(false, "", "", V3 + "," + A75 + " +late", false, false, "KASLR is off, and every CPU has CSV3 or is on "
        + "Linux's list of CPUs that are safe without")]
    public void The_reason_decides(
        bool kaslr, string commandLine, string config, string cpus, bool fromStart, bool rewrites, string why)
    {
        var isolation = KernelIsolation.Of(Machine(kaslr, commandLine, config, cpus));

        Assert.Equal((fromStart, rewrites, why),
            (isolation.NotGlobalFromStart, isolation.Rewrites, isolation.Why.Sentence));
        Assert.Equal(fromStart || rewrites, isolation.NotGlobal);
        Assert.StartsWith(why, isolation.Sentence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, "", A75, true)]
    [InlineData(false, "", A53, false)]
    [InlineData(false, "kpti=off", A75, false)]
    [InlineData(false, "kpti=on", A75, false)]
    [InlineData(true, "", N1, true)]
    [InlineData(false, "", N1, false)]
    public void A_late_cpu_that_needs_what_the_system_does_without_is_refused(
        bool kaslr, string commandLine, string late, bool refused)
    {
        var machine = Machine(kaslr, commandLine, "", $"{V3},{late} +late");

        Assert.Equal(refused, KernelIsolation.Of(machine).Refuses(machine.Cpus[1]));
    }

    [Theory]
    [InlineData("0x51df8040", false, "test:4: cpus[0]: no source says if Kryo 4xx Gold has CSV3: taken as no, so "
        + "leaves become non-global (KPTI); \"csv3\": true or kpti=off says otherwise")]
    [InlineData("0x51df8040 -csv3", false, null)]
    [InlineData("0x51df8040 +csv3", true, "test:4: cpus[0]: no source says if Kryo 4xx Gold has E0PD: taken as no, so "
        + "leaves become non-global (KPTI); \"e0pd\": true or kpti=off says otherwise")]
    [InlineData(A75, false, null)]
    public void What_no_source_states_and_decides_is_a_warning(string cpu, bool kaslr, string? warning)
    {
        var machine = Machine(kaslr, "kfence.sample_interval=100", "", cpu);

        var said = machine.Warnings.Where(w => w.Contains("no source says", StringComparison.Ordinal)).ToList();
        if (warning is null)
            Assert.Empty(said);
        else
            Assert.Equal(warning.Split(": ", 2)[1], Assert.Single(said).Split(": ", 2)[1]);
    }

    private static MachineDescription Machine(bool kaslr, string commandLine, string config, string cpus) =>
        new TestMachine
        {
            Version = "7.3",
            Kaslr = kaslr,
            CommandLine = commandLine,
            Config = config,
            Cpus = cpus.Split(','),
        }.Describe();
}
