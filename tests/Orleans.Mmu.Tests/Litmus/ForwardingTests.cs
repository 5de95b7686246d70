using Orleans.Mmu.Litmus.Reading;
using Orleans.Mmu.Litmus.Runs;

namespace Orleans.Mmu.Tests.Litmus;

/// <summary>
/// What a read may take from a write of its own CPU that is not performed. In Arm's model neither the walk of that
/// write nor an atomic's own read comes first (aarch64deps.cat, data without same-instance).
/// </summary>
public class ForwardingTests
{
    // The load takes 2, which the atomic makes of P0's 1, through a version that P0 removed before it wrote that 1.
    [Theory]
    [InlineData("LDADD W5,W6,[X3]", "NOP", "LDR W7,[X4]", "Sometimes")]
    [InlineData("STADD W5,[X3]", "NOP", "LDR W7,[X4]", "Sometimes")]
    [InlineData("LDADDA W5,W6,[X3]", "NOP", "LDR W7,[X4]", "Never")]
    [InlineData("LDADD W5,W6,[X3]", "NOP", "LDAR W7,[X4]", "Never")]
    [InlineData("LDADD W5,W6,[X3]", "DMB SY", "LDR W7,[X4]", "Never")]
    [InlineData("LDR W6,[X3] ;\n | ADD W8,W6,W5 ;\n | STR W8,[X3]", "NOP", "LDR W7,[X4]", "Never")]
    [InlineData("LDXR W6,[X3] ;\n | ADD W8,W6,W5 ;\n | STXR W9,W8,[X3]", "NOP", "LDR W7,[X4]", "Never")]
    public void An_atomics_value_reaches_a_load_before_its_own_read(
        string atomic, string between, string load, string observation) => Assert.Equal(observation, Observe($$"""
        {
         [PTE(w)]=(oa:PA(y)); 0:X0=(oa:PA(w)); 0:X1=PTE(w); 0:X3=y; 0:X5=w; 1:X3=y; 1:X4=w; 1:X5=1;
        }
         P0             | P1          ;
         STR X0,[X1]    | {{atomic}}  ;
         DSB ISH        | {{between}} ;
         LSR X9,X5,#12  | {{load}}    ;
         TLBI VAE1IS,X9 |             ;
         DSB ISH        |             ;
         MOV W2,#1      |             ;
         STR W2,[X3]    |             ;
        exists (1:X7=2)
        """));

    // What depends on the load waits for the reads that its value is made of, through every atomic in between.
    [Theory]
    [InlineData("LDSET W5,W6,[X3]", "Never")]
    [InlineData("LDSET W5,W6,[X3] ;\n | LDSET W5,W8,[X3]", "Never")]
    [InlineData("LDSET W5,W6,[X3] ;\n | SWP W5,W6,[X3]", "Sometimes")]
    [InlineData("SWP W5,W6,[X3]", "Sometimes")]
    public void An_address_made_of_the_value_waits_for_the_atomics_reads(string atomics, string observation) =>
        Assert.Equal(observation, Observe($$"""
            {
             0:X3=y; 0:X4=z; 0:X5=1; 0:X6=2; 1:X3=y; 1:X4=z; 1:X5=1;
            }
             P0          | P1               ;
             STR W5,[X4] | {{atomics}}      ;
             DMB SY      | LDR W7,[X3]      ;
             STR W6,[X3] | EOR W8,W7,W7     ;
                         | LDR W9,[X4,W8,SXTW] ;
            exists (1:X6=2 /\ 1:X9=0)
            """));

    // The store goes to x, through the pte that P0 writes after P1 has read the old one.
    [Theory]
    [InlineData("NOP", "Sometimes")]
    [InlineData("DMB ST", "Sometimes")]
    [InlineData("DMB SY", "Never")]
    [InlineData("ISB", "Never")]
    public void A_store_forwards_before_its_walk(string between, string observation) => Assert.Equal(
        observation, Observe($$"""
        {
         [PTE(w)]=(oa:PA(y)); 0:X0=(oa:PA(x)); 0:X1=PTE(w); 1:X1=w; 1:X3=x; 1:X4=PTE(w); 1:X5=1;
        }
         P0          | P1                  ;
         STR X0,[X1] | STR W5,[X1]         ;
                     | {{between}}         ;
                     | LDR W6,[X3]         ;
                     | EOR W8,W6,W6        ;
                     | LDR X7,[X4,W8,SXTW] ;
        exists (1:X6=1 /\ 1:X7=(oa:PA(y)))
        """));

    [Fact]
    public void A_store_exclusive_that_fails_forwards_nothing() => Assert.Equal("Never", Observe("""
        {
         0:X1=x; 0:X5=2;
        }
         P0              ;
         LDXR W2,[X1]    ;
         STXR W3,W5,[X1] ;
         LDR W4,[X1]     ;
        exists (0:X3=1 /\ 0:X4=2)
        """));

    private static string Observe(string text) => LitmusExecution.Run(
        LitmusReader.Parse("t", $"AArch64 t\n{text}\n"), ets2: false, inOrder: false, LitmusExecution.UsualMemory,
        CancellationToken.None).Observation;
}
