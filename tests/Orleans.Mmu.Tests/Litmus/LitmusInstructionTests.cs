using Orleans.Mmu.Litmus.Reading;
using Orleans.Mmu.Litmus.Runs;

namespace Orleans.Mmu.Tests.Litmus;

/// <summary>What each form of instruction and of initial value gives, in programs of one CPU.</summary>
public class LitmusInstructionTests
{
    [Theory]
    [InlineData("MOV W0,#2 ;\n LDADD W0,W2,[X1]", "0:X2=5 /\\ x=7")]
    [InlineData("MOV W0,#2 ;\n SWPAL W0,W2,[X1]", "0:X2=5 /\\ x=2")]
    [InlineData("MOV W0,#4 ;\n LDCLR W0,W2,[X1]", "0:X2=5 /\\ x=1")]
    [InlineData("MOV W0,#2 ;\n STSETL W0,[X1]", "x=7")]
    [InlineData("MOV W0,#1 ;\n LDEORA W0,W2,[X1]", "0:X2=5 /\\ x=4")]
    [InlineData("MOV W0,#-1 ;\n LDSMAX W0,W2,[X1]", "0:X2=5 /\\ x=5")]
    [InlineData("MOV W0,#-1 ;\n LDUMAX W0,W2,[X1]", "0:X2=5 /\\ x=-1")]
    [InlineData("MOV W0,#-1 ;\n LDSMINAL W0,W2,[X1]", "0:X2=5 /\\ x=-1")]
    [InlineData("MOV W0,#-1 ;\n STUMIN W0,[X1]", "x=5")]
    [InlineData("MOV W0,#5 ;\n MOV W2,#9 ;\n CASAL W0,W2,[X1]", "0:X0=5 /\\ x=9")]
    [InlineData("MOV W0,#4 ;\n MOV W2,#9 ;\n CAS W0,W2,[X1]", "0:X0=5 /\\ x=5")]
    [InlineData("LDAXR W0,[X1] ;\n MOV W2,#9 ;\n STLXR W3,W2,[X1]",
        "0:X0=5 /\\ (0:X3=0 /\\ x=9 \\/ 0:X3=1 /\\ x=5)")]
    [InlineData("MOV W2,#9 ;\n STXR W3,W2,[X1]", "0:X3=1 /\\ x=5")]
    [InlineData("LDXR W0,[X1] ;\n STR WZR,[X1] ;\n STXR W3,W0,[X1]",
        "0:X3=1 /\\ x=0 \\/ 0:X3=0 /\\ x=5")]
    [InlineData("LDR W0,[X1] ;\n CMP W0,#5 ;\n CSET W2,EQ", "0:X2=1")]
    [InlineData("MOV W0,#-1 ;\n SXTW X2,W0 ;\n MOV X3,#3 ;\n ADD X4,X3,W0,SXTW", "0:X2=-1 /\\ 0:X4=2")]
    [InlineData("MOV X3,#7 ;\n BIC X4,X3,#2 ;\n ANDS X5,X3,#8 ;\n CSET X6,EQ", "0:X4=5 /\\ 0:X6=1")]
    [InlineData("LDR X0,[X7] ;\n AND X2,X0,#1 ;\n ORR X3,X0,#0x80 ;\n BIC X4,X0,#0x400",
        "0:X2=1 /\\ 0:X3=(oa:PA(x), db:0) /\\ 0:X4=(oa:PA(x), af:0)")]
    [InlineData("MOV X0,#1 ;\n LDCLR X0,X2,[X7]", "0:X2=(oa:PA(x)) /\\ PTE(x)=(oa:PA(x), valid:0)")]
    [InlineData("LDR X0,[X7] ;\n MOV X2,#0 ;\n CAS X0,X2,[X7]", "0:X0=(oa:PA(x)) /\\ PTE(x)=0")]
    [InlineData("LDR W0,[X8,#4] ;\n MOV W2,#9 ;\n STR W2,[X8,#8] ;\n LDR W3,[X8,#8]", "0:X0=2 /\\ 0:X3=9")]
    [InlineData("AT S1E1W,X1 ;\n ISB ;\n MRS X0,PAR_EL1", "0:X0=parel1_t:(oa:PA(x))")]
    [InlineData("ADR X0,L9 ;\n L9: NOP", "0:X0=label:\"P0:L9\"")]
    [InlineData("MOV X0,#6 ;\n MOV X2,#1 ;\n ORR X3,X0,X2,LSL #3 ;\n SUB X4,X0,X0,LSR #1 ;\n TST X0,X2,LSL 2 ;\n "
        + "CSET X5,NE", "0:X3=14 /\\ 0:X4=3 /\\ 0:X5=1")]
    [InlineData("MOV X0,#-8 ;\n ASR X2,X0,#2 ;\n NEG X4,X0 ;\n MVN X9,X0 ;\n MOVN X3,#7 ;\n CMP X3,X0 ;\n CSET X6,EQ",
        "0:X2=-2 /\\ 0:X4=8 /\\ 0:X9=7 /\\ 0:X6=1")]
    [InlineData("MOV X2,#1 ;\n CMP X2,#1 ;\n CSINC X3,X2,X2,NE ;\n CSINV X4,X2,X2,EQ ;\n CSNEG X5,X2,X2,NE",
        "0:X3=2 /\\ 0:X4=1 /\\ 0:X5=-1")]
    [InlineData("LDR X0,[X7] ;\n MOV X2,#1 ;\n BIC X3,X0,X2,LSL 10 ;\n TBZ X3,#10,L ;\n MOV X4,#1 ;\n "
        + "L: TBNZ X0,#10,M ;\n MOV X5,#1 ;\n M: NOP", "0:X3=(oa:PA(x), af:0) /\\ 0:X4=0 /\\ 0:X5=0")]
    [InlineData("MOV X2,#1 ;\n LDR W3,[X8,X2,LSL #2] ;\n LDUR W4,[X8,#4] ;\n STUR W2,[X8,#8] ;\n MOV W5,#2 ;\n "
        + "LDR W6,[X8,W5,SXTW #2]", "0:X3=2 /\\ 0:X4=2 /\\ 0:X6=1")]
    [InlineData("ADD X9,X8,#8 ;\n MOV W2,#-4 ;\n LDR W3,[X9,W2,SXTW]", "0:X3=2")]
    // ANDS and TST clear C and V: HS and HI never hold after them, LO and LS always do.
    [InlineData("MOV X2,#3 ;\n TST X2,#1 ;\n CSET X3,HI ;\n CSET X4,HS ;\n CSET X5,LO ;\n CSET X6,LS",
        "0:X3=0 /\\ 0:X4=0 /\\ 0:X5=1 /\\ 0:X6=1")]
    [InlineData("MOV X2,#2 ;\n ANDS X2,X2,#1 ;\n CSET X3,HS ;\n CSET X5,CC ;\n CSET X6,LS ;\n CSET X9,GE",
        "0:X3=0 /\\ 0:X5=1 /\\ 0:X6=1 /\\ 0:X9=1")]
    [InlineData("MOV X2,#2 ;\n CMP X2,#2 ;\n CSET X3,HS ;\n CSET X5,LO", "0:X3=1 /\\ 0:X5=0")]
    [InlineData("SVC #0 ;\n MOV W0,#1", "fault(P0,SupervisorCall) /\\ 0:X0=0")]
    public void EveryRunEndsSo(string program, string proposition) =>
        Assert.Equal("Always", Run(program, proposition));

    // A CPU takes the handler's way at EL1, and ERET comes back to the instruction that faulted or to ELR_EL1.
    [Theory]
    [InlineData("L0: LDR W0,[X1]", "STR X2,[X3] ;\n DSB ISH ;\n ERET", "0:X0=5 /\\ fault(P0:L0,x,MMU:Translation)")]
    [InlineData("LDR W0,[X1] ;\n MOV W5,#1", "MRS X4,ELR_EL1 ;\n ADD X4,X4,#4 ;\n MSR ELR_EL1,X4 ;\n ERET",
        "0:X0=0 /\\ 0:X5=1")]
    [InlineData("LDP X6,X7,[X1] ;\n MOV W5,#1", "MRS X4,ELR_EL1 ;\n ADD X4,X4,#4 ;\n MSR ELR_EL1,X4 ;\n ERET",
        "0:X6=0 /\\ 0:X5=1")]
    [InlineData("LDR W0,[X1] ;\n L1: MOV W5,#1", "ADR X4,L1 ;\n MSR ELR_EL1,X4 ;\n ERET", "0:X5=1")]
    [InlineData("LDR W0,[X1] ;\n L2: MOV W5,#1", "MSR ELR_EL1,X9 ;\n ERET", "0:X5=1 /\\ 0:X9=label:\"P0:L2\"")]
    [InlineData("LDR W0,[X1] ;\n MOV W5,#1", "MOV W6,#1", "0:X5=0 /\\ 0:X6=1")]
    [InlineData("SVC #0 ;\n MOV W5,#1", "MOV W6,#1 ;\n ERET", "0:X5=1 /\\ 0:X6=1")]
    [InlineData("LDR W0,[X1] ;\n MOV W5,#1", "", "0:X0=0 /\\ 0:X5=0 /\\ fault(P0,x)")]
    public void A_handler_runs(string program, string handler, string proposition)
    {
        string[] main = program.Split(" ;\n"), rest = handler.Split(" ;\n");
        string rows = string.Concat(Enumerable.Range(0, Math.Max(main.Length, rest.Length))
            .Select(i => $"{main.ElementAtOrDefault(i)} | {rest.ElementAtOrDefault(i)} ;\n"));
        Assert.Equal("Always", Observe($$"""
            AArch64 handler
            {
             x=5; [PTE(x)]=(oa:PA(x), valid:0); 0:X1=x; 0:X2=(oa:PA(x)); 0:X3=PTE(x);
             {{(program.Contains("L2:", StringComparison.Ordinal) ? "0:X9=label:\"P0:L2\";" : "")}}
            }
             P0 | P0.F ;
            {{rows}}
            forall ({{proposition}})
            """));
    }

    [Theory]
    [InlineData("-9223372036854775808")]
    [InlineData("0x8000000000000000")]
    [InlineData("-0x7fffffffffffffff")]
    [InlineData("9223372036854775807")]
    public void Every_64_bit_number_is_read(string number) => Assert.Equal("Always", Observe($$"""
        AArch64 t
        {
         int64_t x={{number}}; 0:X1=x; int64_t 0:X0;
        }
         P0 ;
         LDR X0,[X1] ;
        forall (0:X0={{number}})
        """));

    private static string Run(string program, string proposition) => Observe($$"""
        AArch64 t
        {
         x=5; int z[3]={1,2}; int64_t 0:X4; 0:X1=x; 0:X7=PTE(x); 0:X8=z;
        }
         P0 ;
         {{program}} ;
        forall ({{proposition}})
        """);

    // Both machines say the same.
    private static string Observe(string text)
    {
        string found = Observe(text, inOrder: false);
        Assert.Equal(found, Observe(text, inOrder: true));
        return found;
    }

    private static string Observe(string text, bool inOrder) => LitmusExecution.Run(
        LitmusReader.Parse("t", text), ets2: false, inOrder, LitmusExecution.UsualMemory, CancellationToken.None)
        .Observation;
}
