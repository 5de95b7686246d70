using System.Text.RegularExpressions;
using Orleans.Mmu.Inputs;

namespace Orleans.Mmu.Tests.Import;

/// <summary>
/// An image's sizes are those of the symbols, whether or not another file gives its place: what is wrong with them is
/// said with the symbol's line.
/// </summary>
public sealed class ImageSymbolTests
{
    [Theory]
    [InlineData("__init_begin", 0x219_0010, "4: gives a machine that cannot be: kernel.image.initBegin: expected a "
        + "multiple of 4K, found 0x42390010")]
    [InlineData("__init_end", 0x252_0008, "5: gives a machine that cannot be: kernel.image.initEnd: expected a "
        + "multiple of 4K, found 0x42720008")]
    [InlineData("_end", 0x2ab_0001, "7: gives a machine that cannot be: kernel.image.end: expected a multiple of 4K, "
        + "found 0x42cb0001")]
    [InlineData("_end", 0x1_c000_0000, "7: expected 7168M of memory for the kernel image, found no such range")]
    [InlineData("_stext", 1, "2: gives a machine that cannot be: kernel.image.stext: expected a multiple of 4K, found "
        + "0x40200001")]
    [InlineData("_stext", 1, "2: gives a machine that cannot be: kernel.image.stext: expected a multiple of 4K, found "
        + "0x40200001", true)]
    public void A_symbol_that_gives_no_image_is_named_with_its_line(
        string name, ulong distance, string message, bool hasResources = false)
    {
        string symbols = Regex.Replace(Samples.SystemMap, $@"^\w+ (?=\w {name}$)",
            $"{0xffff_8000_8000_0000 + distance:x} ", RegexOptions.Multiline);

        var refusal = Assert.Throws<InputException>(() => Samples.Import(
            [("System.map", symbols), .. hasResources ? [("iomem", Samples.Iomem)] : Array.Empty<(string, string)>()]));

        Assert.Equal($"System.map:{message}", refusal.Message);
    }
}
