using System.Text;
using Orleans.Mmu.Import.Kernels;
using Orleans.Mmu.Inputs;

namespace Orleans.Mmu.Tests.Import;

/// <summary>The functions of System.map and kallsyms.</summary>
public sealed class FunctionSymbolsTests
{
    private const string Map = "ffff800080001000 T _stext\nffff800080000000 T _text\nffff800080001000 t __pi__stext\n"
        + "ffff800080001010 t $x\nffff800080001800 d data\nffff800078000000 t probe\t[driver]\n";

    [Theory]
    [InlineData(0xffff_8000_8000_0000, "_text")]
    [InlineData(0xffff_8000_8000_0fff, "_text")]
    [InlineData(0xffff_8000_8000_1820, "_stext")]
    [InlineData(0xffff_8000_7800_0004, "probe [driver]")]
    [InlineData(0xffff_8000_7fff_ffff, null)]
    [InlineData(0x4020_0000UL, null)]
    public void An_address_belongs_to_the_function_that_begins_before_it(ulong address, string? function) =>
        Assert.Equal(function, Read(Map).Of(address));

    [Fact]
    public void Text_is_where_the_image_begins() => Assert.Equal(0xffff_8000_8000_0000, Read(Map).Text);

    [Theory]
    [InlineData("nonsense\n", "f:1: expected a symbol such as \"ffff800080000000 T _text\", found \"nonsense\"")]
    [InlineData("ffff800080000000 D d\n", "f:1: expected functions, such as \"ffff800080000000 T _text\", found none")]
    [InlineData("0000000000000000 T _text\n", "f:1: expected the addresses of functions, found only 0, as readers "
        + "without CAP_SYSLOG get them: read it as root")]
    public void Another_file_is_refused(string text, string error) =>
        Assert.Equal(error, Assert.Throws<InputException>(() => Read(text)).Message);

    private static FunctionSymbols Read(string text) => FunctionSymbols.Read("f", Encoding.UTF8.GetBytes(text));
}
