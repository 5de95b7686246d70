using Orleans.Mmu.Inputs;
using Orleans.Mmu.Litmus.Reading;
using Orleans.Mmu.Litmus.Runs;

namespace Orleans.Mmu.Tests.Litmus;

/// <summary>TLBIs by range, and the fields of a TLBI's operand, on both machines.</summary>
public class TlbiRangeTests
{
    // TG in bits 47:46, SCALE in 45:44, NUM in 43:39, TTL in 38:37; pages are 4K, so TG is 1.
    [Theory]
    [InlineData("RVAE1IS", "x", "0x400000000000", "Never")]
    [InlineData("RVAALE1OS", "x", "0x400000000000", "Never")]
    [InlineData("RVAE1IS", "x", "0x418000000000", "Never")]
    [InlineData("RVAE1IS", "x", "0x406000000000", "Never")]
    [InlineData("RVAE1IS", "x", "0x404000000000", "Sometimes")]
    [InlineData("RVAE1IS", "x", "0x800000000000", "Sometimes")]
    [InlineData("RVAE1IS", "x", "0", "Sometimes")]
    [InlineData("RVAE1IS", "x+0x1000", "0x400000000000", "Never")]
    [InlineData("RVAE1IS", "x+0x2000", "0x400000000000", "Sometimes")]
    [InlineData("RVAE1IS", "y", "0x400000000000", "Sometimes")]
    [InlineData("VAE1IS", "x", "0", "Sometimes")]
    [InlineData("VAE1IS", "x+0x1000", "0x700000000000", "Never")]
    [InlineData("VAE1IS", "x+0x1000", "0x600000000000", "Sometimes")]
    [InlineData("VAE1IS", "x+0x1000", "0xf00000000000", "Sometimes")]
    public void A_range_names_its_pages(string operation, string first, string fields, string observation)
    {
        string text = Text(operation, first, $"MOV X9,#{fields} ;\n ORR X8,X8,X9");
        Assert.Equal(observation, Observe(text, inOrder: false));
        Assert.Equal(observation, Observe(text, inOrder: true));
    }

    [Fact]
    public void The_next_pages_number_is_one_more()
    {
        Assert.Equal("Never", Observe(Text("VAE1IS", "x", "ADD X8,X8,#1"), inOrder: false));
        Assert.Equal("Sometimes", Observe(Text("VAE1IS", "x", "ADD X8,X8,#2"), inOrder: false));
    }

    [Theory]
    [InlineData("RVAE1IS", "0x2400000000000000", "expected ASID 0, which every CPU of a test has, found 9216 in TLBI "
        + "RVAE1IS,X8")]
    [InlineData("RVAE1IS", "0x600000000000", "expected a range within the 512 pages of a block, found 2048 pages from "
        + "x on in TLBI RVAE1IS,X8")]
    public void What_goes_beyond_the_test_is_refused(string operation, string fields, string message)
    {
        string text = Text(operation, "x", $"MOV X9,#{fields} ;\n ORR X8,X8,X9");
        foreach (bool inOrder in (bool[])[false, true])
        {
            var error = Assert.Throws<InputException>(() => Observe(text, inOrder));
            Assert.EndsWith(message, error.Message, StringComparison.Ordinal);
        }
    }

    // Whether a stale translation of x+0x1000 outlives the TLBI.
    private static string Text(string operation, string first, string fields) => $$"""
        AArch64 range
        {
         [PTE(x)]=(oa:PA(x)); [PTE(x+0x1000)]=(oa:PA(x+0x1000)); [PTE(x+0x2000)]=(oa:PA(x)); y=1;
         0:X1=PTE(x+0x1000); 0:X3={{first}}; 0:X4=x+0x1000;
        }
         P0 ;
         STR XZR,[X1] ;
         DSB ISH ;
         LSR X8,X3,#12 ;
         {{fields}} ;
         TLBI {{operation}},X8 ;
         DSB ISH ;
         ISB ;
         L0: LDR W5,[X4] ;
        exists (~fault(P0:L0,x+0x1000))
        """;

    private static string Observe(string text, bool inOrder) => LitmusExecution.Run(
        LitmusReader.Parse("t", text), ets2: false, inOrder, LitmusExecution.UsualMemory, CancellationToken.None)
        .Observation;
}
