using Orleans.Mmu.Inputs;
using Orleans.Mmu.Litmus.Checks;
using Orleans.Mmu.Litmus.Reading;
using Orleans.Mmu.Litmus.Runs;
using Orleans.Mmu.Verdicts.Checks;
using static Orleans.Mmu.Tests.Litmus.SampleLitmus;

namespace Orleans.Mmu.Tests.Litmus;

/// <summary>Tests whose mistake only a run shows: one line, too.</summary>
public class LitmusRunErrorTests
{
    [Theory]
    [InlineData("MOV W3,#0", "STR W3,[X1]")]
    [InlineData("MOV W3,#1", "SWP W3,W4,[X1]")]
    public void A_store_of_a_half_is_refused(string move, string store)
    {
        var test = LitmusReader.Parse("f", $$"""
            AArch64 t
            {
             x=0; 0:X1=x;
            }
             P0 ;
             MOV X2,#-1 ;
             STR X2,[X1] ;
             {{move}} ;
             {{store}} ;
             LDR X0,[X1] ;

            exists (0:X0=0)
            """);
        var error = Assert.Throws<InputException>(
            () => LitmusExecution.Run(
                test, ets2: false, inOrder: false, LitmusExecution.UsualMemory, CancellationToken.None));
        Assert.StartsWith("f:9: expected accesses of one size", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("STR XZR,[X1] ;", "STR X3,[X1] ;", "f:9: expected a leaf or 0 for PTE(x), found x")]
    [InlineData("STR XZR,[X1] ;", "LDR X4,[X4] ;", "f:9: expected an address in X4, found 0 in LDR X4,[X4]")]
    [InlineData("STR XZR,[X1] ;", "ADD X4,X1,#8 ;", "f:9: expected numbers, or an address and a distance, in ADD "
        + "X4,X1,#8, found PTE(x) and 8")]
    [InlineData("STR XZR,[X1] ;", "LDR W4,[X1] ;", "f:9: expected an X register for a descriptor, found W4 in LDR "
        + "W4,[X1]")]
    [InlineData("STR XZR,[X1] ;", "AT S1E1R,X3 ;\n MRS X4,PAR_EL1 ;", "f:10: expected an ISB between AT and MRS "
        + "X4,PAR_EL1, found none")]
    [InlineData("STR XZR,[X1] ;", "ERET ;", "f:9: expected the address of an instruction of P0 in ELR_EL1, found 0 in "
        + "ERET")]
    [InlineData("STR XZR,[X1] ;", "MOV X4,#2 ;\n LDSET X4,X5,[X1] ;", "f:10: expected numbers, or a descriptor and a "
        + "mask of valid, el0, db, af, dbm or x, found (oa:PA(x)) and 2 in LDSET X4,X5,[X1]")]
    [InlineData("exists (fault(P0:L0,x))", "exists (conflict(P0,x))", "f:1: expected a line BBM=… with the level of "
        + "each CPU, since the test asks about conflicts; found none")]
    public void WhatOnlyTheRunShowsIsOneLineToo(string good, string bad, string line)
    {
        var test = LitmusReader.Parse("f", Good.Replace(good, bad, StringComparison.Ordinal));
        var error = Assert.Throws<InputException>(
            () => LitmusExecution.Run(test, false, false, LitmusExecution.UsualMemory, CancellationToken.None));
        Assert.Equal(line, error.Message);
    }

    [Fact]
    public void ALoopThatStoresForEverIsOneLine()
    {
        string text = Good.Replace(" L0: LDR W4,[X3] ;", " L0: LDR W4,[X3] ;\n B L0 ;", StringComparison.Ordinal)
            .Replace("STR XZR,[X1] ;\n L0:", "L0: STR XZR,[X1] ;\n", StringComparison.Ordinal);
        var test = LitmusReader.Parse("f", text);
        var error = Assert.Throws<InputException>(
            () => LitmusExecution.Run(test, false, false, LitmusExecution.UsualMemory, CancellationToken.None));
        Assert.Equal("f:9: expected at most 30 stores to PTE(x) in one run, found more", error.Message);
    }

    [Fact]
    public void ALoopThatCountsForEverIsNotDecided()
    {
        string text = Good.Replace(
            "STR XZR,[X1] ;", "L1: ADD X5,X5,#1 ;\n LDR X6,[X3] ;\n CBZ X7,L1 ;", StringComparison.Ordinal);
        var test = LitmusReader.Parse("f", text);
        Assert.False(LitmusExecution.Run(test, false, false, 1 << 20, CancellationToken.None).IsComplete);
        var report = LitmusCheck.Run(test, new CheckOptions { MemoryLimit = 1 << 20 }, null, CancellationToken.None);
        Assert.Equal(CheckVerdict.NotDecided, report.Verdict);
    }
}
