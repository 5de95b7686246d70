using Orleans.Mmu.Import.Logs;
using Orleans.Mmu.Linux.Capabilities;

namespace Orleans.Mmu.Tests.Import;

/// <summary>What a whole boot says of KPTI and KASLR, held against the machine that is made of its files.</summary>
public sealed class LoggedIsolationTests
{
    private const string Forced = "CPU features: kernel page table isolation forced ";
    private const string Detected = "\nCPU features: detected: Kernel page table isolation (KPTI)";

    // V3 has E0PD and CSV3, N1 has CSV3, A75 has neither, and of the last one nothing is known.
    private const string V3 = "410fd842", N1 = "413fd0c1", A72 = "410fd083", A75 = "411fd0a0", Unknown = "4e0f1234";

    [Theory]
    [InlineData(A72, "KASLR disabled due to lack of seed", Forced + "ON by kpti command line option" + Detected, "",
        true)]
    [InlineData(N1, "KASLR enabled", Forced + "ON by KASLR" + Detected, "nokaslr", true)]
    [InlineData(Unknown, "KASLR disabled due to lack of seed", Forced + "OFF by mitigations=off", "", false)]
    [InlineData(Unknown, "KASLR disabled due to lack of seed", Forced + "OFF by ARM64_WORKAROUND_CAVIUM_27456", "",
        false)]
    [InlineData(A75, "KASLR disabled due to lack of seed", "", "", false)]
    public void A_machine_that_contradicts_the_messages_is_a_warning_that_names_both(
        string midr, string kaslr, string messages, string line, bool isolates)
    {
        var imported = Samples.Import(
            ("dmesg", Log(midr, kaslr, messages)), ("cmdline", line + "\n"), ("version", "6.18"));

        string origin = messages.Length > 0 ? $"dmesg:5: \"{messages.Split('\n')[0]["CPU features: ".Length..]}\""
            : "dmesg has no message on KPTI until every CPU is up";
        Assert.Contains($"{origin}, but the machine file has {(isolates ? "no KPTI" : "KPTI")} "
            + $"({KernelIsolation.Of(Samples.Machine(imported)).Why.Sentence}): a file is of another boot",
            imported.Warnings);
    }

    // A hypervisor may hide what the core has; the kernel then isolates its tables, and every leaf has nG.
    [Theory]
    [InlineData(V3, "KASLR enabled", Forced + "ON by KASLR" + Detected, "e0pd")]
    [InlineData(V3, "KASLR disabled due to lack of seed", Detected, "csv3")]
    [InlineData(N1, "KASLR disabled on command line", Detected, "csv3")]
    public void What_the_kernel_found_missing_in_its_CPUs_comes_before_what_is_known_of_their_cores(
        string midr, string kaslr, string messages, string key)
    {
        var imported = Samples.Import(("dmesg", Log(midr, kaslr, messages)), ("version", "6.18"));

        Assert.True(KernelIsolation.Of(Samples.Machine(imported)).Why.Isolates);
        Assert.Contains($"\"{key}\": false", imported.Text, StringComparison.Ordinal);
        Assert.Contains($"which CPUs of these cores would not need: \"{key}\" is false for each of them",
            imported.Warnings[^1], StringComparison.Ordinal);
    }

    // A72 is on Linux's list, whatever its CSV3 says.
    [Fact]
    public void A_feature_whose_lack_would_change_nothing_is_left_as_it_is() => Assert.Contains(
        "a file is of another boot",
        Samples.Import(("dmesg", Log(A72, "KASLR disabled due to lack of seed", Detected)), ("version", "6.18"))
            .Warnings[^1], StringComparison.Ordinal);

    [Theory]
    [InlineData(N1, "KASLR enabled", Forced + "ON by KASLR" + Detected, "")]
    [InlineData(A72, "KASLR disabled due to lack of seed", Forced + "ON by kpti command line option" + Detected,
        "kpti=on")]
    [InlineData(V3, "KASLR enabled", "CPU features: detected: E0PD", "")]
    [InlineData(Unknown, "KASLR disabled due to lack of seed", "", "")]
    // Without E0PD that boot would have said "forced ON by KASLR".
    [InlineData(Unknown, "KASLR enabled", "", "")]
    public void A_machine_that_agrees_with_them_is_none(string midr, string kaslr, string messages, string line)
    {
        var imported = Samples.Import(
            ("dmesg", Log(midr, kaslr, messages)), ("cmdline", line + "\n"), ("version", "6.18"));

        Assert.DoesNotContain(
            imported.Warnings, w => w.Contains("but the machine file has", StringComparison.Ordinal));
    }

    [Fact]
    public void KASLR_without_KPTI_means_E0PD()
    {
        var cpu = Samples.Machine(Samples.Import(("dmesg", Log(Unknown, "KASLR enabled", "")))).Cpus[0];

        Assert.Equal((true, true), (cpu.E0pdOverride, cpu.Csv3Override));
    }

    // unmap_kernel_at_el0() is asked on every CPU as it comes up.
    [Fact]
    public void A_log_that_ends_before_every_CPU_is_up_does_not_say_that_none_needs_KPTI()
    {
        string log = Log(Unknown, "KASLR disabled due to lack of seed", "");
        log = log[..log.IndexOf("smp: Brought up", StringComparison.Ordinal)];

        Assert.Null(Samples.Machine(Samples.Import(("dmesg", log))).Cpus[0].Csv3Override);
    }

    [Fact]
    public void A_whole_boot_that_says_nothing_of_KASLR_contradicts_RANDOMIZE_BASE() => Assert.Contains(
        Samples.Import(("dmesg", Log(N1, "nothing", "")), ("config", Samples.Config)).Warnings,
        w => w.StartsWith("config: CONFIG_RANDOMIZE_BASE is y, and dmesg has no message on KASLR",
            StringComparison.Ordinal));

    [Theory]
    [InlineData("[    0.1] CPU features: +mytool: kernel page table isolation forced ON by KASLR")]
    [InlineData("[    0.1] mytool: kernel page table isolation forced ON by KASLR")]
    [InlineData("[    0.1] systemd[1]: note: KASLR enabled")]
    [InlineData("Nov 29 07:00:00 host mytool[12]: CPU features: detected: E0PD")]
    [InlineData("02-06 12:00:00.000   612   612 I mytool  : KASLR enabled")]
    public void Lines_of_programs_do_not_count(string line) => Assert.Null(SecurityMessage.Find(line));

    [Theory]
    [InlineData("KASLR enabled")]
    [InlineData("[    0.1] KASLR enabled\r")]
    [InlineData("[    0.1][    T0] KASLR enabled")]
    [InlineData("<6>[    0.1] KASLR enabled")]
    [InlineData("<6>KASLR enabled")]
    [InlineData("> > KASLR enabled")]
    [InlineData("Nov 29 07:00:00 host kernel: KASLR enabled")]
    [InlineData("07:00:00.123 KASLR enabled")]
    [InlineData("kern  :info  : KASLR enabled")]
    [InlineData("6,12,34567,-;KASLR enabled")]
    [InlineData("6,12,34567,-,caller=T0;KASLR enabled")]
    [InlineData("02-06 12:00:00.000     0     0 I         : KASLR enabled")]
    [InlineData("02-06 12:00:00.000  root     0     0 I         : KASLR enabled")]
    [InlineData("02-06 12:00:00.000     0     0 W KASLR enabled")]
    public void The_kernels_lines_count_whatever_is_in_front(string line) =>
        Assert.Same(SecurityMessage.KaslrEnabled, SecurityMessage.Find(line));

    private static string Log(string midr, string kaslr, string messages) => $"""
        Booting Linux on physical CPU 0x0000000000 [0x{midr}]
        Linux version 6.18.15-arm64 (build@host) (gcc (Debian 14.2.0) 14.2.0) #1 SMP Debian
        {kaslr}
        Kernel command line: root=/dev/vda1
        {messages}
        CPU features: detected: Spectre-v4
        smp: Bringing up secondary CPUs ...
        smp: Brought up 1 node, 1 CPU
        SMP: Total of 1 processors activated.

        """;
}
