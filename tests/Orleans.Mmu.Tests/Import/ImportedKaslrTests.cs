namespace Orleans.Mmu.Tests.Import;

/// <summary>What decides on KASLR and on the isolation of the kernel from user space.</summary>
public sealed class ImportedKaslrTests
{
    [Theory]
    [InlineData("[    0.000000] KASLR enabled", "", "", true)]
    [InlineData("[    0.000000] KASLR disabled due to lack of seed", "", "", false)]
    [InlineData("", "", "CONFIG_UNMAP_KERNEL_AT_EL0=y\n# CONFIG_RANDOMIZE_BASE is not set\n", false)]
    public void Kaslr_comes_from_boot_messages_the_command_line_or_the_config(
        string message, string line, string config, bool kaslr)
    {
        var imported = Samples.Import([("dmesg", $"{Samples.Dmesg}\n{message}\n"), ("cmdline", line + "\n"),
            .. config.Length > 0 ? (ReadOnlySpan<(string, string)>)[("config", config)] : []]);

        Assert.Equal(kaslr, Samples.Machine(imported).Kaslr);
        Assert.DoesNotContain(imported.Warnings, w => w.StartsWith("kernel.kaslr", StringComparison.Ordinal));
    }

    // The messages of kaslr_init() and unmap_kernel_at_el0(), and the capabilities that they decide.
    [Theory]
    [InlineData("KASLR enabled", true, true, "")]
    [InlineData("KASLR disabled on command line", false, true, "")]
    [InlineData("CPU features: kernel page table isolation forced ON by KASLR", true, true, "UNMAP_KERNEL_AT_EL0")]
    [InlineData("CPU features: kernel page table isolation forced OFF by mitigations=off", false, true,
        "UNMAP_KERNEL_AT_EL0")]
    [InlineData("CPU features: kernel page table isolation forced ON by kpti command line option", false, true,
        "UNMAP_KERNEL_AT_EL0")]
    [InlineData("CPU features: kernel page table isolation forced OFF by ARM64_WORKAROUND_CAVIUM_27456", false, true,
        "UNMAP_KERNEL_AT_EL0")]
    [InlineData("CPU features: kernel page table isolation disabled by kernel configuration", false, false,
        "UNMAP_KERNEL_AT_EL0")]
    [InlineData("CPU features: detected: Kernel page table isolation (KPTI)", false, true, "UNMAP_KERNEL_AT_EL0")]
    [InlineData("CPU features: detected: E0PD", false, true, "ARM64_E0PD")]
    public void A_boot_message_on_kpti_is_in_the_machine_with_its_line(
        string message, bool kaslr, bool unmaps, string key)
    {
        string log = Samples.Dmesg.Replace("KASLR disabled due to lack of seed", message, StringComparison.Ordinal);
        var imported = Samples.Import(("dmesg", log));
        var machine = Samples.Machine(imported);

        Assert.Equal((kaslr, unmaps), (machine.Kaslr, machine.Config.UnmapKernelAtEl0));
        string text = string.Join(' ', imported.Text.Split([' ', '\n', '/'], StringSplitOptions.RemoveEmptyEntries));
        string said = message.Replace("CPU features: ", "", StringComparison.Ordinal);
        Assert.Contains($"{(key.Length > 0 ? $"{key}: " : "")}dmesg:3: \"{said}\"", text, StringComparison.Ordinal);
        Assert.DoesNotContain(imported.Warnings, w => w.StartsWith("kernel.kaslr", StringComparison.Ordinal));
    }

    [Fact]
    public void Features_that_boot_messages_give_every_CPU_are_those_of_a_core_that_no_source_describes()
    {
        string log = Samples.Dmesg.Replace("0x410fd842", "0x611f0221", StringComparison.Ordinal).Replace(
            "KASLR disabled due to lack of seed", "CPU features: detected: E0PD", StringComparison.Ordinal);
        var cpus = Samples.Machine(Samples.Import(("dmesg", log))).Cpus;

        Assert.Equal((true, true), (cpus[0].E0pdOverride, cpus[0].Csv3Override));
        Assert.Equal((null, null), (cpus[1].E0pdOverride, cpus[1].Csv3Override));
    }

    [Fact]
    public void A_config_that_boot_messages_contradict_is_another_kernels() => Assert.Contains(
        "config: CONFIG_UNMAP_KERNEL_AT_EL0 is not set, and dmesg:3: \"detected: Kernel page table isolation (KPTI)\": "
        + "it may be another kernel's",
        Samples.Import(("config", Samples.Config + "# CONFIG_UNMAP_KERNEL_AT_EL0 is not set\n"), ("dmesg",
            Samples.Dmesg.Replace("KASLR disabled due to lack of seed",
                "CPU features: detected: Kernel page table isolation (KPTI)", StringComparison.Ordinal))).Warnings);

    [Fact]
    public void Boot_messages_without_their_beginning_leave_KASLR_open_and_say_which_would_not()
    {
        var imported = Samples.Import(("dmesg", "[ 0.0] Kernel command line: quiet\n"));

        Assert.Contains(imported.Warnings, w => w.EndsWith("to get it right: --dmesg from the start of the boot "
            + "(journalctl -k -b)", StringComparison.Ordinal));
    }

    [Fact]
    public void What_a_config_says_of_kpti_is_in_the_machine()
    {
        var config = Samples.Machine(Samples.Import(("version", "7.3"), ("config",
            "# CONFIG_RANDOMIZE_BASE is not set\n# CONFIG_UNMAP_KERNEL_AT_EL0 is not set\nCONFIG_ARM64_E0PD=y\n")))
            .Config;

        Assert.Equal((false, false, true), (config.RandomizeBase, config.UnmapKernelAtEl0, config.E0pd));
    }
}
