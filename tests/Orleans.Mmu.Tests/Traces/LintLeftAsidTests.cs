using Orleans.Mmu.Arm.BreakBeforeMake;

namespace Orleans.Mmu.Tests.Traces;

/// <summary>
/// A CPU has left a tree whose leaves are not global, and flushes by ASID what it may have of it: table entries and
/// leaves have the ASID (R_CHVGJ, R_VMSWQ), and no walk under another ASID reads them.
/// </summary>
public sealed class LintLeftAsidTests
{
    // CPUs 0 and 1 walk the tree at 0x1000 under ASID 1, and CPU 1 goes to an empty root under ASID 9.
    private const string Tree = "0 4000 = 60000044000f03; 0 4010 = 60000044002f03; 0 3000 = 4003; 0 2000 = 3003; "
        + "0 1000 = 2003; 0 init 7000; ";
    private const string On = "0 ttbr0_el1 1000000001000; 0 isb; 1 ttbr0_el1 1000000001000; 1 isb; ";
    private const string Leave = "1 ttbr0_el1 9000000007000; ! 1 isb; ";
    private const string Left = Tree + On + Leave;
    private const string Drop = "! 1 tlbi aside1 1000000000000; ! 1 dsb nsh; ";
    private const string Clear = "0 4000 = 0; ! 0 dsb ishst; ! 0 tlbi vae1 1000000000000; ! 0 dsb nsh; ";
    private const string Make = "@ 0 4000 = 60000050000f03; 0 dsb ish;";

    [Theory]
    // CPU 1 drops ASID 1 before the break or behind it: it has nothing of the tree, and CPU 0 flushes itself.
    [InlineData(Left + Drop + Clear + Make, 'l', null)]
    [InlineData(Left + Clear + Drop + Make, 'l', null)]
    [InlineData(Left + "! 0 tlbi aside1is 1000000000000; ! 0 dsb ish; " + Clear + Make, 'l', null)]
    [InlineData(Left + "! 1 tlbi vmalle1; ! 1 dsb nsh; " + Clear + Make, 'l', null)]
    // Entries of ASID 1 stay: another ASID, the DSB of another CPU, a DSB of stores.
    [InlineData(Left + "1 tlbi aside1 9000000000000; 1 dsb nsh; " + Clear + Make, 'v', 1)]
    [InlineData(Left + "1 tlbi aside1 1000000000000; 0 dsb ish; " + Clear + Make, 'v', 1)]
    [InlineData(Left + "1 tlbi aside1 1000000000000; 1 dsb nshst; " + Clear + Make, 'v', 1)]
    // Before the ISB, a walk under ASID 1 brings the page back.
    [InlineData(Tree + On + "1 ttbr0_el1 9000000007000; 1 tlbi aside1 1000000000000; 1 dsb nsh; 1 isb; " + Clear + Make,
        'v', 1)]
    // CPU 1 walks on under ASID 1, and under ASID 2 from then on.
    [InlineData(Tree + On + Drop + Clear + Make, 'v', 1)]
    [InlineData(Tree + On + "1 ttbr0_el1 2000000001000; 1 isb; " + Drop + Clear + Make, 'v', 1)]
    // The empty root has ASID 1 as well: ASIDE1 removes the table entries from which a walk could go on.
    [InlineData(Tree + On + "1 ttbr0_el1 1000000007000; ! 1 isb; " + Drop + Clear + Make, 'l', null)]
    // CPU 1 returns behind the break, when every walk reads the new word, and before it.
    [InlineData(Left + Drop + Clear + "1 ttbr0_el1 1000000001000; 1 isb; " + Make, 'l', null)]
    [InlineData(Left + Drop + "1 ttbr0_el1 1000000001000; 1 isb; " + Clear + Make, 'v', 1)]
    [InlineData(Left + Drop + "0 4000 = 0; 1 ttbr0_el1 1000000001000; 1 isb; 0 dsb ish; "
        + "0 tlbi vae1 1000000000000; 0 dsb nsh; " + Make, 'v', 1)]
    // Two ASIDs, of which both are dropped, or one.
    [InlineData(Tree + On + "1 ttbr0_el1 2000000001000; 1 isb; " + Leave + "! 1 tlbi aside1 1000000000000; "
        + "! 1 tlbi aside1 2000000000000; ! 1 dsb nsh; " + Clear + Make, 'l', null)]
    // The table is removed and freed.
    [InlineData(Left + Drop + "0 3000 = 0; ! 0 dsb ish; ! 0 tlbi vae1 1000000000000; 0 tlbi vae1 1000000000002; "
        + "! 0 dsb nsh; @ 0 free 4000;", 'l', null)]
    public void ASIDE1_drops_a_tree_that_the_CPU_has_left(string script, char verdict, int? cpu) =>
        TraceScript.Check(verdict == 'l' ? script : Unmarked(script), verdict, cpu);

    private static string Unmarked(string script) => script.Replace("! ", "", StringComparison.Ordinal);

    [Theory]
    // CPU 1 has ASID 1 no more in use when the page is stored, and no walk under ASID 9 reads it.
    [InlineData(Left + "0 4008 = 60000070000f03; 0 4008 = 0; ! 0 dsb ish; ! 0 tlbi vae1 1000000000001; ! 0 dsb nsh; "
        + "@ 0 4008 = 60000071000f03;", 'l', null)]
    // It is global: the table entries have ASID 1, which is not in use, but a walk made the page while it was.
    [InlineData(Tree + "0 4008 = 60000070000703; " + On + Leave + "0 4008 = 0; 0 dsb ish; 0 tlbi vae1 1000000000001; "
        + "0 dsb nsh; @ 0 4008 = 60000071000703;", 'v', 1)]
    // A walk under ASID 1 goes on from the table entry that is cached, and reads the page (R_SQBCS).
    [InlineData(Tree + On + "1 ttbr0_el1 1000000007000; 1 isb; 0 4008 = 60000070000f03; 0 4008 = 0; 0 dsb ish; "
        + "0 tlbi vae1 1000000000001; 0 dsb nsh; @ 0 4008 = 60000071000f03;", 'v', 1)]
    // So it does once ASID 1 is in use again, with the page in memory.
    [InlineData(Left + "0 4008 = 60000070000f03; 1 ttbr0_el1 1000000007000; 1 isb; 0 4008 = 0; 0 dsb ish; "
        + "0 tlbi vae1 1000000000001; 0 dsb nsh; @ 0 4008 = 60000071000f03;", 'v', 1)]
    [InlineData(Left + "0 4008 = 60000070000f03; 0 4008 = 0; 0 dsb ish; 1 ttbr0_el1 1000000007000; 1 isb; "
        + "0 tlbi vae1 1000000000001; 0 dsb nsh; @ 0 4008 = 60000071000f03;", 'l', null)]
    // ASID 0 is not recorded.
    [InlineData(Tree + "0 ttbr0_el1 1000000001000; 0 isb; 1 ttbr0_el1 1000; 1 isb; 1 ttbr0_el1 1000000001000; 1 isb; "
        + Leave + "1 tlbi aside1 1000000000000; 1 dsb nsh; " + Clear + Make, 'v', 1)]
    public void What_is_stored_later_is_in_no_entry_of_the_ASID(string script, char verdict, int? cpu) =>
        TraceScript.Check(verdict == 'l' ? script : Unmarked(script), verdict, cpu);

    // CPU 1 flushes one page of the tree that it has left, by address, before the break or behind it: no walk under
    // ASID 9 brings it back, so its DSB need not follow that of CPU 0.
    [Theory]
    [InlineData("! 1 tlbi vae1 1000000000000; ! 1 dsb nsh;", 'l')]
    [InlineData("! 1 tlbi vale1 1000000000000; ! 1 dsb nsh;", 'l')]
    [InlineData("! 1 tlbi vaae1 0; ! 1 dsb ish;", 'l')]
    [InlineData("! 1 tlbi rvae1 1400000000000; ! 1 dsb nsh;", 'l')]
    [InlineData("! 1 tlbi vae1 1700000000000; ! 1 dsb nsh;", 'l')]
    [InlineData("1 tlbi vae1 1000000000001; 1 dsb nsh;", 'v')]
    [InlineData("1 tlbi vae1 2000000000000; 1 dsb nsh;", 'v')]
    [InlineData("1 tlbi vae1 1600000000000; 1 dsb nsh;", 'v')]
    [InlineData("1 tlbi rvae1 1800000000000; 1 dsb nsh;", 'v')]
    [InlineData("1 tlbi vae1 1000000000000; 1 dsb nshst;", 'v')]
    public void One_page_is_flushed_by_its_address(string flush, char verdict)
    {
        TraceScript.Check(Left + flush + Unmarked(Clear) + Make, verdict, 1);
        TraceScript.Check(Left + Unmarked(Clear) + flush + Make, verdict, 1);
    }

    [Theory]
    // Walks under ASID 1 bring the page back: before the ISB, after a return, or from cached table entries.
    [InlineData(Tree + On + "1 ttbr0_el1 9000000007000; 1 tlbi vae1 1000000000000; 1 dsb nsh; 1 isb; " + Clear + Make,
        'v', 1)]
    [InlineData(Tree + On + "1 tlbi vae1 1000000000000; 1 dsb nsh; 1 ttbr0_el1 9000000007000; 1 isb; " + Clear + Make,
        'v', 1)]
    [InlineData(Left + "1 tlbi vae1 1000000000000; 1 dsb nsh; 1 ttbr0_el1 1000000001000; 1 isb; " + Clear + Make,
        'v', 1)]
    [InlineData(Left + "1 tlbi vae1 1000000000000; 1 dsb nsh; 1 ttbr0_el1 1000000007000; 1 isb; " + Clear + Make,
        'v', 1)]
    [InlineData(Left + "1 tlbi vae1 1000000000000; 1 dsb nsh; " + Clear + "1 ttbr0_el1 1000000001000; 1 isb; " + Make,
        'l', null)]
    // A store that no DSB has followed may be read by the CPU when it returns.
    [InlineData(Left + "0 4000 = 0; 1 tlbi vae1 1000000000000; 1 dsb nsh; 1 ttbr0_el1 1000000001000; 1 isb; 0 dsb ish; "
        + "0 tlbi vae1 1000000000000; 0 dsb nsh; " + Make, 'v', 1)]
    // The table entry stays, and so does the page where the table is removed and freed.
    [InlineData(Left + "1 tlbi vale1 1000000000000; 1 tlbi vale1 1000000000002; 1 dsb nsh; 0 3000 = 0; 0 dsb ish; "
        + "0 tlbi aside1 1000000000000; 0 dsb nsh; @ 0 free 4000;", 'v', 1)]
    // Both CPUs under ASID 2 as well: what was read under it is left.
    [InlineData(Tree + On + "1 ttbr0_el1 2000000001000; 1 isb; " + Leave + "1 tlbi vae1 1000000000000; 1 dsb nsh; "
        + Clear + Make, 'v', 1)]
    [InlineData(Tree + On + "1 ttbr0_el1 2000000001000; 1 isb; " + Leave + "1 tlbi vae1 1000000000000; "
        + "1 tlbi vae1 2000000000000; 1 dsb nsh; " + Clear + Make, 'l', null)]
    public void A_flush_by_address_counts_while_no_walk_brings_the_page_back(string script, char verdict, int? cpu) =>
        TraceScript.Check(Unmarked(script), verdict, cpu);

    // A global page below the tree stays where ASIDE1 drops the rest.
    [Theory]
    [InlineData("aside1 1000000000000", "703", 'v')]
    [InlineData("aside1 1000000000000", "f03", 'l')]
    [InlineData("vmalle1", "703", 'l')]
    public void Global_pages_stay(string tlbi, string page, char verdict) => TraceScript.Check(
        Tree + $"0 4008 = 60000044001{page}; " + On + Leave + $"! 1 tlbi {tlbi}; ! 1 dsb nsh; "
        + "0 4008 = 0; 0 dsb ish; 0 tlbi vae1 1000000000001; 0 dsb nsh; "
        + $"@ 0 4008 = 60000050001{page};", verdict);

    // A live split by CPU 0, which level 3 allows and level 0 does not.
    [Theory]
    [InlineData("1 tlbi aside1 1000000000000; 1 dsb nsh; ", 'l')]
    [InlineData("1 tlbi aside1 1000000000000; ", 'v')]
    [InlineData("1 tlbi vmalle1; 1 dsb nsh; ", 'l')]
    [InlineData("", 'v')]
    public void The_level_of_a_CPU_that_has_dropped_the_tree_does_not_count(string drop, char verdict) =>
        TraceScript.Check(
            Left.Replace("0 3000 = 4003; ", "0 3000 = 4003; 0 3008 = 60000040200f01; ", StringComparison.Ordinal)
            + drop + string.Concat(Enumerable.Range(0, 512).Select(
                i => $"0 {0x5000 + (8 * i):x} = {0x60000040200f03 + (0x1000L * i):x}; "))
            + "0 dsb ish; @ 0 3008 = 5003;", verdict, 1, BbmLevel.Level2NoAbort, BbmLevel.Level0);

    // 16K pages, the broadcast form, and a CPU that returns under the ASID.
    [Theory]
    [InlineData("! 1 tlbi aside1 1000000000000; ! 1 dsb nsh;", 'l')]
    [InlineData("! 0 tlbi aside1is 1000000000000; ! 0 dsb ish;", 'l')]
    [InlineData("! 0 tlbi aside1os 1000000000000; ! 0 dsb osh;", 'l')]
    [InlineData("0 tlbi aside1is 1000000000000; 0 dsb nsh;", 'v')]
    [InlineData("0 tlbi aside1is 2000000000000; 0 dsb ish;", 'v')]
    public void Pages_of_16K(string drop, char verdict) => TraceScript.Check(
        "0 tcr_el1 1000008011; 1 tcr_el1 1000008011; 0 10000 = 60000044000f03; 0 c000 = 10003; 0 8000 = c003; "
        + "0 init 20000; 0 init 21000; 0 init 22000; 0 init 23000; "
        + "0 ttbr0_el1 1000000008000; 0 isb; 1 ttbr0_el1 1000000008000; 1 isb; 1 ttbr0_el1 9000000020000; 1 isb; "
        + drop + " 0 10000 = 0; 0 dsb ishst; 0 tlbi vae1 1000000000000; 0 dsb nsh; "
        + "@ 0 10000 = 60000050000f03;", verdict);

    // Where every CPU has left, ASIDE1IS is the flush of exit_mmap(): the tables are memory again (R_RVJDB).
    [Theory]
    [InlineData("! 0 tlbi aside1is 1000000000000; ! 0 dsb ish; ", 'l')]
    [InlineData("0 tlbi aside1 1000000000000; 0 dsb ish; ", 'v')]
    public void Every_CPU_has_left(string drop, char verdict) => TraceScript.Check(
        Left + "0 ttbr0_el1 9000000007000; ! 0 isb; " + drop + "0 4000 = cccccccccccccccc; @ 0 free 4000; 0 free 1000;",
        verdict);
}
