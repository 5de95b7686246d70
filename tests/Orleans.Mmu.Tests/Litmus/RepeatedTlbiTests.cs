using Orleans.Mmu.Inputs;
using Orleans.Mmu.Litmus.Reading;
using Orleans.Mmu.Litmus.Runs;
using Orleans.Mmu.Tests.Client;

namespace Orleans.Mmu.Tests.Litmus;

/// <summary>
/// P0 unmaps x, flushes, and then looks at the page through z. P1's store through the old entry has been performed by
/// then, but not where a TLBI may complete early.
/// </summary>
public class RepeatedTlbiTests
{
    private const string Flush = " DSB ISH | ;\n TLBI VAE1IS,X9 | ;\n DSB ISH | ;\n";

    [Theory]
    [InlineData(Flush, false, "Never")]
    [InlineData(Flush, true, "Sometimes")]
    [InlineData(Flush + " TLBI VAE1IS,X9 | ;\n DSB ISH | ;\n", true, "Never")]
    // Both TLBIs before one DSB are not repeated.
    [InlineData(" DSB ISH | ;\n TLBI VAE1IS,X9 | ;\n TLBI VAE1IS,X9 | ;\n DSB ISH | ;\n", true, "Sometimes")]
    // What is repeated names another page.
    [InlineData(Flush + " TLBI VAE1IS,X10 | ;\n DSB ISH | ;\n", true, "Sometimes")]
    [InlineData(Flush + " TLBI VMALLE1IS | ;\n DSB ISH | ;\n", true, "Never")]
    public void A_TLBI_waits_for_accesses_through_what_it_removes(string flush, bool repeats, string observation)
    {
        var test = Parse(flush);
        test = test with { Variant = test.Variant with { RepeatsTlbi = repeats } };

        Assert.Equal(
            observation,
            LitmusExecution.Run(test, false, false, LitmusExecution.UsualMemory, CancellationToken.None)
                .Observation);
    }

    [Fact]
    public void CPUs_in_order_have_no_erratum()
    {
        var test = Parse(Flush);
        test = test with { Variant = test.Variant with { RepeatsTlbi = true } };

        Assert.Throws<InputException>(
            () => LitmusExecution.Run(test, false, true, LitmusExecution.UsualMemory, CancellationToken.None));
    }

    [Fact]
    public async Task A_core_stands_for_its_erratum()
    {
        string file = Path.Combine(Directory.CreateTempSubdirectory("mmu").FullName, "unmap.litmus");
        await File.WriteAllTextAsync(file, Text(Flush));

        var usual = await CommandRun.WithoutSiloAsync("litmus", file);
        var core = await CommandRun.WithoutSiloAsync("litmus", file, "--erratum", "neoverse-v3");
        var none = await CommandRun.WithoutSiloAsync("litmus", file, "--erratum", "Neoverse-N1");

        Assert.Contains("Never", usual.Out, StringComparison.Ordinal);
        Assert.Contains("Sometimes", core.Out, StringComparison.Ordinal);
        Assert.Contains("--erratum: expected repeat-tlbi, Neoverse-V3", none.Error, StringComparison.Ordinal);
    }

    private static Orleans.Mmu.Litmus.Tests.LitmusTest Parse(string flush) =>
        LitmusReader.Parse("unmap.litmus", Text(flush));

    private static string Text(string flush) => $$"""
        AArch64 unmap
        {
         x=0; y=0; [PTE(z)]=(oa:PA(x));
         0:X0=(valid:0); 0:X1=PTE(x); 0:X3=x; 0:X4=z; 0:X6=y; 1:X1=x; 1:X5=1;
        }
         P0 | P1 ;
         LSR X9,X3,#12 | ;
         LSR X10,X6,#12 | ;
         STR X0,[X1] | L0: STR W5,[X1] ;
        {{flush}} LDR W2,[X4] | ;
        exists (~fault(P1:L0,x) /\ 0:X2=0)
        """;
}
