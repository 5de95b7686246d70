using Orleans.Mmu.Axioms.Model;
using Orleans.Mmu.Axioms.Reading;
using Orleans.Mmu.Axioms.Search;

namespace Orleans.Mmu.Tests.Axioms;

/// <summary>What everybody knows of Arm's memory model, as the oracle sees it.</summary>
public class ClassicTests
{
    private const string MessageInit = "0:X1=x; 0:X3=y; 1:X1=x; 1:X3=y;";
    private const string FlushInit = "0:X1=x; 0:X3=y; 0:X5=PTE(x); 0:X6=(oa:PA(x), valid:0); 1:X1=x; 1:X3=y;";

    [Theory]
    [InlineData("no order at all", "", "", 4)]
    [InlineData("stores in order only", "DMB ST", "", 4)]
    [InlineData("an address that depends on the message", "DMB ST", "EOR W0,W0,W0", 3)]
    [InlineData("a load barrier", "DMB ST", "DMB LD", 3)]
    [InlineData("a store barrier between loads", "DMB SY", "DMB ST", 4)]
    public void MessagePassing(string what, string first, string second, int states)
    {
        var index = second.StartsWith("EOR", StringComparison.Ordinal) ? ",W0,SXTW" : "";
        Assert.Equal((what, states), (what, States($$"""
            AArch64 MP
            { {{MessageInit}} }
             P0          | P1               ;
             MOV W0,#1   | LDR W0,[X3]      ;
             STR W0,[X1] | MOV W5,W0        ;
             {{first}}   | {{second}}       ;
             STR W0,[X3] | LDR W2,[X1{{index}}] ;
            exists (1:X5=1 /\ 1:X2=0)
            """, new ModelMode(false)).Count));
    }

    [Fact]
    public void LoadsMayBePerformedAfterLaterStores() => Assert.Contains("0:X0=1; 1:X0=1", States("""
        AArch64 LB
        { 0:X1=x; 0:X3=y; 1:X1=x; 1:X3=y; }
         P0          | P1          ;
         LDR W0,[X1] | LDR W0,[X3] ;
         MOV W2,#1   | MOV W2,#1   ;
         STR W2,[X3] | STR W2,[X1] ;
        exists (0:X0=1 /\ 1:X0=1)
        """, new ModelMode(false)));

    [Fact]
    public void NoValueComesFromNowhere() => Assert.DoesNotContain("0:X0=1; 1:X0=1", States("""
        AArch64 LB+datas
        { 0:X1=x; 0:X3=y; 1:X1=x; 1:X3=y; }
         P0          | P1          ;
         LDR W0,[X1] | LDR W0,[X3] ;
         STR W0,[X3] | STR W0,[X1] ;
        exists (0:X0=1 /\ 1:X0=1)
        """, new ModelMode(false)));

    [Theory]
    [InlineData("DSB SY", "LSR X9,X1,#12", "TLBI VAE1IS,X9", "DSB SY", "DMB LD", false)]
    [InlineData("NOP", "LSR X9,X1,#12", "TLBI VAE1IS,X9", "DSB SY", "DMB LD", true)]
    [InlineData("DSB SY", "LSR X9,X3,#12", "TLBI VAE1IS,X9", "DSB SY", "DMB LD", true)]
    [InlineData("DSB SY", "LSR X9,X1,#12", "TLBI VAE1,X9", "DSB SY", "DMB LD", true)]
    [InlineData("DSB SY", "LSR X9,X1,#12", "TLBI VAE1IS,X9", "DMB SY", "DMB LD", true)]
    [InlineData("DSB SY", "LSR X9,X1,#12", "TLBI VAE1IS,X9", "DSB SY", "NOP", true)]
    public void AfterAFlushNobodyUsesTheOldPage(
        string before, string page, string flush, string after, string observer, bool stale)
    {
        var states = States($$"""
            AArch64 Flush
            { {{FlushInit}} }
             P0          | P1          ;
             STR X6,[X5] | LDR W0,[X3] ;
             {{before}}  | {{observer}} ;
             {{page}}    | L0:         ;
             {{flush}}   | LDR W2,[X1] ;
             {{after}}   |             ;
             MOV W2,#1   |             ;
             STR W2,[X3] |             ;
            locations [1:X0; fault(P1:L0,x);]
            exists (1:X0=1)
            """, new ModelMode(true));
        Assert.Equal(stale, states.Contains("1:X0=1"));
        Assert.Contains("1:X0=1; Fault(P1,L0,x,Translation)", states);
    }

    private static IReadOnlySet<string> States(string text, ModelMode mode) =>
        Oracle.States(ProgramText.Read(text), mode);
}
