using Orleans.Mmu.Litmus.Reading;
using Orleans.Mmu.Litmus.Runs;

namespace Orleans.Mmu.Tests.Litmus;

/// <summary>Answers say when they rest on CPUs that execute in order.</summary>
public class AccessOrderTests
{
    // Message passing: P0 stores x, then y; P1 loads y, then x with something between.
    [Theory]
    [InlineData("NOP", "LDR W2,[X3]", true)]
    [InlineData("DMB LD", "LDR W2,[X3]", false)]
    [InlineData("DMB SY", "LDR W2,[X3]", false)]
    [InlineData("DSB ISH", "LDR W2,[X3]", false)]
    [InlineData("DMB ST", "LDR W2,[X3]", true)]
    [InlineData("ISB", "LDR W2,[X3]", true)]
    [InlineData("EOR W6,W0,W0", "LDR W2,[X3,X6]", false)]
    [InlineData("CBNZ W0,L", "L: LDR W2,[X3]", true)]
    [InlineData("CBNZ W0,L", "L: STR W2,[X3]", false)]
    public void A_reader_that_may_load_early(string between, string second, bool restsOnOrder) =>
        Assert.Equal(restsOnOrder, RemarkOf($$"""
            AArch64 mp
            {
             0:X1=x; 0:X3=y; 0:X0=1; 0:X2=1;
             1:X1=y; 1:X3=x; 1:X2=7;
            }
             P0          | P1              ;
             STR W0,[X1] | LDR W0,[X1]     ;
             DMB ST      | {{between}}     ;
             STR W2,[X3] | {{second}}      ;

            exists (1:X0=1 /\ 1:X2=9)
            """) is not null);

    [Theory]
    [InlineData("LDAR W0,[X1]", "LDR W2,[X3]", false)]
    [InlineData("LDR W0,[X1]", "STLR W2,[X3]", false)]
    [InlineData("STLR W0,[X1]", "LDAR W2,[X3]", false)]
    [InlineData("STLR W0,[X1]", "LDR W2,[X3]", true)]
    [InlineData("LDAPR W0,[X1]", "LDR W2,[X3]", false)]
    [InlineData("STLR W0,[X1]", "LDAPR W2,[X3]", true)]
    [InlineData("SWPA W0,W5,[X1]", "LDR W2,[X3]", false)]
    [InlineData("SWP W0,W5,[X1]", "LDR W2,[X3]", true)]
    [InlineData("STR W0,[X1]", "LDR W2,[X1]", false)]
    [InlineData("STR W0,[X1]", "LDR W2,[X4]", false)]
    [InlineData("LDR W0,[X1]", "STR W0,[X3]", false)]
    public void Acquire_release_data_and_one_address(string first, string second, bool restsOnOrder) =>
        Assert.Equal(restsOnOrder, RemarkOf($$"""
            AArch64 pair
            {
             0:X1=x; 0:X3=y; 0:X4=x; 0:X0=1; 0:X2=1;
            }
             P0         ;
             {{first}}  ;
             {{second}} ;

            exists (0:X2=9)
            """) is not null);

    [Fact]
    public void The_remark_names_both_accesses_and_a_state_that_is_found_needs_none()
    {
        const string Test = """
            AArch64 mp
            {
             0:X1=x; 0:X3=y; 0:X0=1; 0:X2=1;
             1:X1=y; 1:X3=x;
            }
             P0          | P1          ;
             STR W0,[X1] | LDR W0,[X1] ;
             DMB ST      | NOP         ;
             STR W2,[X3] | LDR W2,[X3] ;

            exists (1:X0=1 /\ 1:X2=
            """;

        Assert.Equal(
            "P1 performs LDR W0,[X1] (line 7) and LDR W2,[X3] (line 9) in this order, but Arm may permit the other "
            + "order: more states may be reachable", RemarkOf(Test + "0)"));
        Assert.Null(RemarkOf(Test + "1)"));
    }

    private static string? RemarkOf(string test) =>
        LitmusExecution.Run(
            LitmusReader.Parse("f", test), ets2: false, inOrder: true, LitmusExecution.UsualMemory,
            CancellationToken.None)
            .RestsOnOrder;
}
