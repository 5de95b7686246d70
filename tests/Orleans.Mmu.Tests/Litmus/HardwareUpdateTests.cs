using Orleans.Mmu.Litmus.Reading;
using Orleans.Mmu.Litmus.Runs;

namespace Orleans.Mmu.Tests.Litmus;

/// <summary>Updates of the access flag for no access of the programs, on both machines.</summary>
public class HardwareUpdateTests
{
    // The atomic stores the value that it has read; hardware may set AF before it and after it.
    [Theory]
    [InlineData("SWP X5,X6,[X1]")]
    [InlineData("CAS X6,X5,[X1]")]
    [InlineData("LDXR X6,[X1] ;\n STXR W7,X5,[X1]")]
    public void Of_what_an_atomic_stores_back(string atomic)
    {
        foreach (bool inOrder in (bool[])[false, true])
        {
            var test = LitmusReader.Parse("t", $$"""
                AArch64 t
                TTHM=HA
                {
                 [PTE(x)]=(oa:PA(x), af:0); 0:X1=PTE(x); 0:X5=(oa:PA(x), af:0); 0:X6=(oa:PA(x), af:0);
                }
                 P0 ;
                 {{atomic}} ;
                exists (0:X6=(oa:PA(x), af:0) /\ [PTE(x)]=(oa:PA(x)))
                """);
            Assert.Equal("Sometimes", LitmusExecution.Run(
                test, ets2: false, inOrder, LitmusExecution.UsualMemory, CancellationToken.None).Observation);
        }
    }
}
