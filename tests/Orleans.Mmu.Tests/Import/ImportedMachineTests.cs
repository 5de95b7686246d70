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
