using Orleans.Mmu.Import.Resources;
using Orleans.Mmu.Inputs;

namespace Orleans.Mmu.Tests.Import;

/// <summary>/proc/iomem: inclusive ends, nesting, what is memory and what is not mapped.</summary>
public sealed class IomemReaderTests
{
    private const string Ram = "40000000-13fffffff : System RAM\n";

    [Fact]
    public void Ends_are_inclusive_and_only_the_top_level_is_memory()
    {
        var map = Read(Samples.Iomem);

        Assert.Equal(
            ["[0x40000000, 0x90000000)", "[0x90000000, 0x90200000)", "[0x90200000, 0x140000000)"],
            map.Layout!.Memory.Select(m => m.Range.ToString()));
        Assert.Equal(["[0x90000000, 0x90200000)"], map.Layout.NoMap.Select(m => m.Range.ToString()));
        Assert.Equal("[0x40200000, 0x42390000)", map.Code!.Range.ToString());
        Assert.Equal("[0x42720000, 0x42cb0000)", map.Data!.Range.ToString());
        Assert.Empty(map.Warnings);
    }

    [Fact]
    public void Other_ends_of_lines_deeper_indents_and_0x_change_nothing()
    {
        string text = string.Join("\r\n", Samples.Iomem.TrimEnd().Split('\n').Select(l => "    " + l))
            .Replace("40000000-8", "0x40000000-0x8", StringComparison.Ordinal);

        var map = Read(text);

        Assert.Equal(Read(Samples.Iomem).Layout!.Memory.Select(m => m.Range), map.Layout!.Memory.Select(m => m.Range));
    }

    [Fact]
    public void Rodata_belongs_to_what_ends_at_init_begin() => Assert.Equal("[0x40200000, 0x41600000)",
        Read(Ram + "  40200000-413fffff : Kernel code\n  41400000-415fffff : Kernel rodata\n").Code!.Range.ToString());

    [Fact]
    public void Zeros_are_said_to_be_what_others_than_root_read()
    {
        var map = Read("00000000-00000000 : System RAM\n  00000000-00000000 : Kernel code\n");

        Assert.Null(map.Layout);
        Assert.StartsWith("iomem:1: every address is 0", Assert.Single(map.Warnings), StringComparison.Ordinal);
    }

    // cxl_acpi inserts its windows around what the firmware's memory map has there.
    [Fact]
    public void Memory_inside_a_window_of_a_bus_is_memory_too()
    {
        var map = Read(Ram + """
            200000000000-207fffffffff : CXL Window 0
              200000000000-201fffffffff : System RAM
                201ff0000000-201fffffffff : reserved
              202000000000-2020000fffff : reserved
              203000000000-203fffffffff : region0
                203000000000-203fffffffff : dax0.0
                  203000000000-203fffffffff : System RAM (kmem)
            """);

        Assert.Equal(
            ["[0x40000000, 0x140000000)", "[0x200000000000, 0x202000000000)", "[0x202000000000, 0x202000100000)"],
            map.Layout!.Memory.Select(m => m.Range.ToString()));
        Assert.Equal(["[0x202000000000, 0x202000100000)"], map.Layout.NoMap.Select(m => m.Range.ToString()));
    }

    [Fact]
    public void Memory_of_drivers_is_left_out_with_a_warning() => Assert.Equal(
        ["iomem:2: System RAM (kmem) was added after boot and is left out"],
        Read(Ram + "200000000-2ffffffff : System RAM (kmem)\n").Warnings);

    [Theory]
    [InlineData("", "iomem:1: expected resources such as \"40000000-13fffffff : System RAM\", found none")]
    [InlineData("processor : 0", "iomem:1: expected a resource such as \"40000000-13fffffff : System RAM\", found "
        + "\"processor : 0\"")]
    [InlineData("40000000-3fffffff : System RAM", "iomem:1: expected a last address from 0x40000000 on, found "
        + "0x3fffffff")]
    [InlineData("\n40000000-4fffffff : reserved", "iomem:2: expected a line \"System RAM\" at the top level, found "
        + "none")]
    [InlineData("0-ffffffffffffffff : System RAM", "iomem:1: expected memory below 2^52, found 0xffffffffffffffff")]
    [InlineData(Ram + "50000000-5fffffff : reserved", "iomem:2: expected ranges that do not overlap, found "
        + "[0x40000000, 0x140000000) (iomem:1) and [0x50000000, 0x60000000) (iomem:2)")]
    [InlineData(Ram + "  1-2 : Kernel code", "iomem:2: expected Kernel code inside System RAM, found [0x1, 0x3)")]
    [InlineData(Ram + "  40000000-4000ffff : Kernel code\n  40000000-4000ffff : Kernel code",
        "iomem:3: expected one line \"Kernel code\", found another in 2")]
    [InlineData(Ram + "  41000000-41ffffff : Kernel code\n  40000000-40ffffff : Kernel data", "iomem:3: expected "
        + "Kernel data behind Kernel code, found [0x40000000, 0x41000000) and [0x41000000, 0x42000000) (iomem:2)")]
    [InlineData(Ram + "fee00000-fee00fff : Local APIC", "iomem:2: expected the resources of an arm64 kernel, found "
        + "x86's Local APIC")]
    public void Anything_else_is_refused(string text, string message) =>
        Assert.Equal(message, Assert.Throws<InputException>(() => Read(text)).Message);

    private static ResourceMap Read(string text) => IomemReader.Read(Samples.File("iomem", text));
}
