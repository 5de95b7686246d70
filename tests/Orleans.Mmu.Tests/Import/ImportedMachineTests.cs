using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Import.Machines;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Linux.Capabilities;
using Orleans.Mmu.Linux.Machines;

namespace Orleans.Mmu.Tests.Import;

/// <summary>Which file decides a field, what is assumed, and what is said about it.</summary>
public sealed class ImportedMachineTests
{
    // grep --color, script(1) and a serial console leave control sequences in every one of these files.
    [Fact]
    public void Colours_of_a_terminal_change_nothing()
    {
        Assert.Equal(Made(t => t), Made(t => Coloured(t)));

        static string Made(Func<string, string> form) => Samples.Import(
            ("cpuinfo", form(Samples.Cpuinfo)), ("iomem", form(Samples.Iomem)), ("dmesg", form(Samples.Dmesg)),
            ("config", form(Samples.Config)), ("System.map", form(Samples.SystemMap)),
            ("cmdline", form("rodata=noalias quiet\n")), ("version", form("6.18.15+deb13-arm64\n"))).Text;

        static string Coloured(string text) => string.Join('\n', text.Split('\n').Select(l => l.Length == 0 ? l
            : $"\u001b]0;host\u0007\u001b[1;32m{l[..(l.Length / 2)]}\u001b[m{l[(l.Length / 2)..]}\u001b[K\r"));
    }

    [Fact]
    public void A_machine_with_every_file_assumes_nothing()
    {
        var imported = Samples.Import(("cpuinfo", Samples.Cpuinfo), ("iomem", Samples.Iomem),
            ("cmdline", "rodata=on nokaslr\n"), ("version", "6.18.15+deb13-arm64"),
            ("config", Samples.Config), ("System.map", Samples.SystemMap));

        Assert.Empty(imported.Warnings);
        Assert.DoesNotContain("Assumed", imported.Text.Split('\n')[2..].Aggregate("", string.Concat),
            StringComparison.Ordinal);
        var machine = Samples.Machine(imported);
        Assert.Equal(("6.18", 48, "rodata=on nokaslr", 100, 63), (machine.Rules.Version.ToString(),
            machine.Geometry.VaBits, machine.CommandLine.Text, machine.Config.KfenceSampleInterval,
            machine.Config.KfenceObjects));
        Assert.Equal("0x42c9a730", machine.Image.BssStop.ToString());
    }

    [Fact]
    public void The_machine_of_the_first_example_repaints_for_the_reason_that_the_page_shows()
    {
        string folder = Path.Combine(Repository.Root, "docs", "examples", "my-machine");
        var imported = Samples.Import([.. Directory.EnumerateFiles(folder)
            .Select(f => (Path.GetFileName(f), File.ReadAllText(f)))]);
        var why = ModeReason.Of(Samples.Machine(imported));

        Assert.Equal(BootMode.Repaint, why.Mode);
        Assert.Contains($"why      {why.Sentence}\n", File.ReadAllText(Path.Combine(Repository.Root, "README.md")),
            StringComparison.Ordinal);
    }

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

    // Firmware reserves 4K, and /proc/iomem lists whole pages of the memory around it.
    [Theory]
    [InlineData("90001000-90001fff", "")]
    [InlineData("90001000-9003ffff", "[0x90010000, 0x90040000)")]
    [InlineData("90000000-90000fff : reserved\n90001000-9000ffff", "[0x90000000, 0x90010000)")]
    public void A_page_of_which_a_part_is_reserved_is_mapped(string reserved, string noMap)
    {
        ulong behind = noMap.Contains("0x90040000", StringComparison.Ordinal) ? 0x9004_0000UL : 0x9001_0000;
        string[] ranges = ["40000000-8fffffff : System RAM", "  40000000-4238ffff : Kernel code",
            "  42720000-42caffff : Kernel data", reserved + " : reserved", $"{behind:x}-13fffffff : System RAM"];
        var imported = Samples.Import(("iomem", string.Join('\n', ranges)), ("pagesize", "65536"), ("version", "6.18"));
        var machine = Samples.Machine(imported);

        Assert.Equal(4ul << 30, machine.MemoryBytes);
        Assert.Equal(noMap, string.Join(' ', machine.NoMap));
        Assert.Equal(!noMap.Contains("0x90000000", StringComparison.Ordinal), imported.Warnings.Any(
            w => w.Contains("does not begin and end at multiples of 64K", StringComparison.Ordinal)));
    }

    // request_standard_resources() rounds NOMAP ranges to whole pages.
    [Theory]
    [InlineData("65536", "90000000-9000ffff", 0x9001_0000UL, true)]
    [InlineData("16384", "90000000-90003fff", 0x9000_4000UL, true)]
    [InlineData("65536", "90000000-9001ffff", 0x9002_0000UL, false)]
    [InlineData("4096", "90000000-90000fff", 0x9000_1000UL, false)]
    public void A_reserved_range_of_one_large_page_may_have_been_smaller(
        string pageSize, string reserved, ulong behind, bool warns)
    {
        string[] ranges = ["40000000-8fffffff : System RAM", "  40200000-4238ffff : Kernel code",
            "  42720000-42caffff : Kernel data", reserved + " : reserved", $"{behind:x}-13fffffff : System RAM"];
        var imported = Samples.Import(
            ("iomem", string.Join('\n', ranges)), ("pagesize", pageSize), ("version", "6.18"));

        Assert.Equal(warns, imported.Warnings.Any(
            w => w.StartsWith("iomem:4: [0x90000000, ", StringComparison.Ordinal)
                && w.Contains("is one page of", StringComparison.Ordinal)));
    }

    [Fact]
    public void Boot_messages_alone_give_a_machine()
    {
        var machine = Samples.Machine(Samples.Import(("dmesg", Samples.Dmesg)));

        Assert.Equal((52, "rodata=noalias quiet"), (machine.Geometry.VaBits, machine.CommandLine.Text));
        Assert.Equal([0x410fd842u, 0x414fd0c1u], machine.Cpus.Select(c => c.Midr.Value));
        Assert.Equal("[0x90000000, 0x90200000)", Assert.Single(machine.NoMap).ToString());
    }

    [Fact]
    public void What_nobody_says_has_a_default_and_a_warning()
    {
        var imported = Samples.Import(("version", "7.3.1"));

        Assert.Equal(
        [
            "kernel.pageSize 4K is assumed: no file gives the page size",
            "kernel.vaBits 48 is assumed: no file gives CONFIG_ARM64_VA_BITS, usually 52, and the boot CPU is "
            + "too old for such addresses",
            "kernel.commandLine \"\" is assumed: no file gives the command line",
            "kernel.image is assumed: no file says where the image is",
            "kernel.kaslr false is assumed: no file says whether KASLR has a seed",
            "memory is assumed: no file gives memory",
            "cpus is assumed: no file gives the CPUs",
        ], imported.Warnings.Select(w => w.Split([", so", ";"], StringSplitOptions.None)[0]));
        Assert.Equal(4ul << 30, Samples.Machine(imported).MemoryBytes);
    }

    [Fact]
    public void Where_iomem_hides_its_addresses_other_files_give_memory()
    {
        var imported = Samples.Import(
            ("iomem", "00000000-00000000 : System RAM\n"), ("dmesg", Samples.Dmesg), ("cpuinfo", Samples.Cpuinfo));

        Assert.Contains(imported.Warnings, w => w.StartsWith("iomem:1: every address is 0", StringComparison.Ordinal));
        Assert.Single(Samples.Machine(imported).NoMap);
    }

    [Fact]
    public void Symbols_of_another_kernel_are_passed_over()
    {
        var imported = Samples.Import(("iomem", Samples.Iomem), ("version", "7.2"),
            ("System.map", Samples.SystemMap.Replace("82ab0000", "82bb0000", StringComparison.Ordinal)));

        Assert.Contains(imported.Warnings, w => w.StartsWith(
            "System.map is of another kernel than iomem", StringComparison.Ordinal));
        Assert.Contains(imported.Warnings, w => w.StartsWith(
            "kernel.image.bssStop 0x42cb0000 is assumed", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("6.16", "40210000", "40200000")]
    [InlineData("6.12.107", "40200000", "40200000")]
    [InlineData("6.12.20", "40210000", "40200000")]
    [InlineData("6.18", "40210000", "40210000")]
    public void Kernel_code_begins_where_the_version_begins_it(string version, string code, string text)
    {
        var imported = Samples.Import(("version", version),
            ("iomem", Samples.Iomem.Replace("40200000", code, StringComparison.Ordinal)));

        Assert.Equal($"0x{text}", Samples.Machine(imported).Image.Text.ToString());
    }

    [Theory]
    [InlineData("6.16", "40210000", "64K before it is a multiple of 2M, where boot loaders place an image")]
    [InlineData("6.12", "40200000", "it is a multiple of 2M, where boot loaders place an image")]
    [InlineData("6.12", "40230000", "as Linux 6.12 has it without backports")]
    public void A_start_that_only_symbols_decide_is_assumed(string version, string code, string why)
    {
        (string, string)[] files =
        [
            ("version", version), ("iomem", Samples.Iomem.Replace("40200000", code, StringComparison.Ordinal)),
        ];
        var imported = Samples.Import(files);
        var (text, stext) = (Samples.Machine(imported).Image.Text, Samples.Machine(imported).Image.Stext);

        string warning = Assert.Single(imported.Warnings, w => w.StartsWith("kernel.image", StringComparison.Ordinal));
        Assert.StartsWith(
            $"kernel.image.text {text} (and stext {stext}) is assumed: iomem:4: \"Kernel code\" begins at ",
            warning, StringComparison.Ordinal);
        Assert.EndsWith($": {why}; to get it right: --system-map or --kallsyms", warning, StringComparison.Ordinal);
        Assert.Contains("// Assumed: iomem:4: \"Kernel code\" begins at ", imported.Text, StringComparison.Ordinal);
        string symbols = Samples.SystemMap
            .Replace("80010000 T", $"{stext.Value + 0x3fe0_0000:x} T", StringComparison.Ordinal)
            .Replace("80000000 T", $"{text.Value + 0x3fe0_0000:x} T", StringComparison.Ordinal);
        Assert.DoesNotContain(Samples.Import([.. files, ("kallsyms", symbols)]).Warnings,
            w => w.StartsWith("kernel.image.text", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("6.18.15", "6.18.15+deb13-arm64", false)]
    [InlineData("6.14.8", "6.14.0-27-generic", false)]
    [InlineData("6.18.15", "6.18.16-arm64", true)]
    [InlineData("6.12.0", "6.18.15", true)]
    public void A_config_of_another_release_is_said(string config, string release, bool isSaid) => Assert.Equal(
        isSaid, Samples.Import(("version", release), ("config", $"#\n# Linux/arm64 {config} Kernel Configuration\n"
            + "CONFIG_ARM64=y\n")).Warnings.Contains($"config:2 is the .config of Linux {config}, and version says "
            + $"{release}: config may be another kernel's"));

    [Theory]
    [InlineData("#\n# Linux/arm64 5.10.1 Kernel Configuration\nCONFIG_ARM64=y\n", "config", "config:2: expected Linux "
        + "6.12 or later, the oldest whose rules are known, found 5.10.1")]
    [InlineData("\n\n5.10.1\n", "version", "version:3: expected Linux 6.12 or later, the oldest whose rules are known, "
        + "found 5.10.1")]
    [InlineData("\n\n8192\n", "pagesize", "pagesize:3: expected 4096, 16384 or 65536, found \"8192\"")]
    public void An_error_names_the_line_of_its_value(string text, string file, string message) => Assert.Equal(
        message, Assert.Throws<InputException>(() => Samples.Import((file, text))).Message);

    // The whole log of a kernel that has 52-bit addresses names the feature.
    [Fact]
    public void A_whole_log_without_52_bit_addresses_says_that_there_are_none()
    {
        var imported = Samples.Import(("cpuinfo", Samples.Cpuinfo), ("iomem", Samples.Iomem), ("dmesg",
            Samples.Dmesg.Replace("52-bit Virtual Addressing (LPA2)", "Spectre-BHB", StringComparison.Ordinal)));

        Assert.Equal(48, Samples.Machine(imported).Geometry.VaBits);
        Assert.Contains(imported.Warnings, w => w.StartsWith("kernel.vaBits 48 is assumed: dmesg lists no CPU feature "
            + "of 52-bit addresses, and no file gives CONFIG_ARM64_VA_BITS", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("6.18.0-arm64-16k", "16K")]
    [InlineData("6.12.0-55.el10.aarch64+64k", "64K")]
    [InlineData("6.12.0-160000.5-64kb", "64K")]
    [InlineData("6.12.34-v8-16k+", "16K")]
    [InlineData("6.12.34+rpt-rpi-2712", "16K")]
    [InlineData("6.12.34+rpt-rpi-v8", "4K")]
    [InlineData("6.18.0-arm64", "4K")]
    public void A_release_may_name_the_page_size(string release, string size) => Assert.Equal(
        size, Samples.Machine(Samples.Import(("version", release))).Geometry.Granule.ToString());

    [Theory]
    [InlineData("6.15.2", "", true)]
    [InlineData("6.15.2", "nokaslr", false)]
    [InlineData("6.15.2", "arm64_sw.nokaslr=1", false)]
    [InlineData("6.16", "", false)]
    public void A_kernel_that_may_randomize_the_linear_map_is_said(string version, string line, bool isSaid) =>
        Assert.Equal(isSaid, Samples.Import(("version", version), ("cmdline", line)).Warnings
            .Any(w => w.StartsWith("kernel.physicalOffset is assumed", StringComparison.Ordinal)));

    // The kernel starts with what it was built with, and debug_pagealloc= does nothing where it is not built.
    [Theory]
    [InlineData("CONFIG_DEBUG_PAGEALLOC=y\nCONFIG_DEBUG_PAGEALLOC_ENABLE_DEFAULT=y\n", "quiet", true, 1)]
    [InlineData("CONFIG_DEBUG_PAGEALLOC=y\nCONFIG_DEBUG_PAGEALLOC_ENABLE_DEFAULT=y\n", "debug_pagealloc=0", false, 0)]
    [InlineData("CONFIG_DEBUG_PAGEALLOC=y\n", "debug_pagealloc=on", true, 0)]
    [InlineData("CONFIG_DEBUG_PAGEALLOC=y\n", "quiet", false, 0)]
    [InlineData("", "debug_pagealloc=on -- debug_pagealloc=on", false, 1)]
    [InlineData("", "quiet", false, 0)]
    public void A_config_decides_on_debug_pagealloc_too(string config, string line, bool isOn, int warnings)
    {
        var imported = Samples.Import(("config", Samples.Config + config), ("cmdline", line));

        Assert.Equal(isOn, Samples.Machine(imported).CommandLine.DebugPagealloc);
        Assert.Equal(warnings, imported.Warnings.Count(w => w.Contains("is added to the command line",
            StringComparison.Ordinal)));
    }

    [Fact]
    public void A_version_that_is_not_known_yet_has_the_newest_rules_and_a_warning() => Assert.Contains(
        Samples.Import(("version", "8.1.0")).Warnings, w => w.StartsWith(
            "kernel.version 7.3 is assumed: the rules of 8.1.0 (version) are not known yet", StringComparison.Ordinal));

    [Fact]
    public void Files_that_contradict_each_other_are_refused_with_the_key() => Assert.Equal(
        "config:2: gives a machine that cannot be: kernel.vaBits: expected 36, 47, 48, 52 with 16K pages, found 39",
        Assert.Throws<InputException>(() => Samples.Import(("iomem", Samples.Iomem), ("pagesize", "16384"),
            ("config", "CONFIG_KFENCE=y\nCONFIG_ARM64_VA_BITS=39\n"))).Message);

    [Theory]
    [InlineData("m", 47, "--va-bits: expected 39, 48, 52 with 4K pages, found 47")]
    [InlineData("a/b", 48, "--name: expected a name without '/', control and format characters, found \"a/b\"")]
    public void A_wrong_option_is_named(string name, int vaBits, string message)
    {
        var options = new ImportOptions(name, "6.18", "", Granule.K4, vaBits);

        Assert.Equal(message, Assert.Throws<InputException>(
            () => ImportedMachine.Of(Samples.Files(("iomem", Samples.Iomem)), options)).Message);
    }

    [Fact]
    public void Most_CPUs_and_ranges_that_a_machine_may_have_are_imported()
    {
        string cpuinfo = string.Concat(Enumerable.Range(0, 512).Select(
            i => $"processor : {i}\nCPU implementer : 0xc0\nCPU variant : 0\nCPU part : 0xac3\nCPU revision : 1\n"));

        var machine = Samples.Machine(Samples.Import(("cpuinfo", cpuinfo), ("iomem", Samples.Iomem)));

        Assert.Equal(512, machine.Cpus.Length);
        Assert.True(machine.Cpus.Length <= MachineDescription.MaxCpus);
    }
}
