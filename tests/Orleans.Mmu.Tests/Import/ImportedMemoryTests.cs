namespace Orleans.Mmu.Tests.Import;

/// <summary>Where memory and the image lie: what /proc/iomem, boot messages and symbols say of it.</summary>
public sealed class ImportedMemoryTests
{
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
}
