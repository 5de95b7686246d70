using Orleans.Mmu.Litmus.Reading;
using Orleans.Mmu.Litmus.Runs;

namespace Orleans.Mmu.Tests.Litmus;

/// <summary>A search that memory has cut says only what the states that it found show.</summary>
public class CutSearchTests
{
    // P1 ends at once; P0 counts for ever where it reads 1, and ends where it reads 0.
    [Theory]
    [InlineData("exists (0:X6=0)", true)]
    [InlineData("exists (0:X6=1)", null)]
    [InlineData("~exists (0:X6=1)", null)]
    [InlineData("~exists (0:X6=0)", false)]
    [InlineData("forall (0:X6=0)", null)]
    [InlineData("forall (0:X6=1)", false)]
    public void The_answer_is_open_where_no_state_decides_it(string condition, bool? isOk)
    {
        foreach (bool inOrder in (bool[])[false, true])
        {
            var result = LitmusExecution.Run(
                LitmusReader.Parse("t", Text(condition)), ets2: false, inOrder, 1 << 22, CancellationToken.None);
            Assert.False(result.IsComplete);
            Assert.Equal("Undecided", result.Observation);
            Assert.Equal(isOk, result.IsOk);
            Assert.Equal(1, result.Positive + result.Negative);
        }
    }

    private static string Text(string condition) => $$"""
        AArch64 t
        {
         0:X3=x; 1:X3=x; 1:X5=1;
        }
         P0              | P1          ;
         LDR W6,[X3]     | STR W5,[X3] ;
         CBZ W6,L2       |             ;
         L1: ADD X5,X5,#1 |            ;
         LDR W7,[X3]     |             ;
         CBZ W8,L1       |             ;
         L2: NOP         |             ;
        {{condition}}
        """;
}
