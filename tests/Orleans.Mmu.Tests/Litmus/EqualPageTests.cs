using Orleans.Mmu.Litmus.Checks;
using Orleans.Mmu.Litmus.Reading;
using Orleans.Mmu.Litmus.Runs;
using Orleans.Mmu.Verdicts.Checks;

namespace Orleans.Mmu.Tests.Litmus;

/// <summary>
/// A page that moves without break-before-make is no hazard if it is read-only and both pages hold the same (R_WHZWS).
/// The warning of mmu litmus and the verdict of mmu check are the same answer.
/// </summary>
public class EqualPageTests
{
    public static IEnumerable<object[]> Moves =>
        from db in (int[])[0, 1]
        from dbm in (int[])[0, 1]
        from contents in (int[])[1, 2]
        from level in (int[])[0, 2, 3]
        select new object[] { db, dbm, contents, level };

    [Theory]
    [MemberData(nameof(Moves))]
    public void Check_and_litmus_agree(int db, int dbm, int contents, int level)
    {
        var test = LitmusReader.Parse("f", $$"""
            AArch64 move
            BBM={{level}}
            {
             x=1; y={{contents}};
             [PTE(x)]=(oa:PA(x), db:{{db}}, dbm:{{dbm}});
             0:X0=(oa:PA(y), db:{{db}}, dbm:{{dbm}}); 0:X1=PTE(x);
             1:X3=x;
            }
             P0          | P1          ;
             STR X0,[X1] | LDR W4,[X3] ;

            ~exists (1:X4=7)
            """);
        // Hardware that sets no dirty state (TTHM=HD) never makes a page with DBM writable.
        bool isHazard = db == 1 || contents != 1;

        var ran = LitmusExecution.Run(
            test, ets2: false, inOrder: true, LitmusExecution.UsualMemory, CancellationToken.None);
        var check = LitmusCheck.Run(test, new CheckOptions(), progress: null, CancellationToken.None);

        Assert.Equal(isHazard, ran.Flags.Contains("Warning-BBM-expected"));
        Assert.Equal(isHazard ? CheckVerdict.Violated : CheckVerdict.Holds, check.Verdict);
    }

    // While both entries may be used, a store to one page makes the two differ.
    [Fact]
    public void A_page_that_changes_later_is_a_hazard()
    {
        var test = LitmusReader.Parse("f", """
            AArch64 later
            BBM=0
            {
             x=1; y=1;
             [PTE(x)]=(oa:PA(x), db:0);
             0:X0=(oa:PA(y), db:0); 0:X1=PTE(x); 0:X2=y; 0:X4=2;
             1:X3=x;
            }
             P0          | P1          ;
             STR X0,[X1] | LDR W4,[X3] ;
             DSB ISH     |             ;
             STR W4,[X2] |             ;

            ~exists (1:X4=7)
            """);

        var check = LitmusCheck.Run(test, new CheckOptions(), progress: null, CancellationToken.None);

        Assert.Equal(CheckVerdict.Violated, check.Verdict);
    }
}
