namespace Orleans.Mmu.Tests.Traces;

/// <summary>
/// Every CPU has left a tree and flushed it, so its pages are memory like any other: a table of it becomes a root, or a
/// table of another tree, while a word of the old tree still leads to it. No walk reads that word (I_RBMTM, R_RVJDB).
/// </summary>
public sealed class LintReusedTableTests
{
    // CPU 0 leaves the tree at 0x1000 for an empty root, and flushes it.
    private const string Tree = "0 tcr_el1 1580100010; " + TraceScript.Tree + "0 init 8000; 0 init 9000; "
        + "0 ttbr1_el1 1000; 0 isb; ";
    private const string Away = "0 ttbr1_el1 7000; ! 0 isb; ! 0 tlbi vmalle1; ! 0 dsb nsh; ";
    private const string Left = Tree + Away;

    [Theory]
    // A table of another place, or of another level.
    [InlineData(Left + "0 ttbr1_el1 8000; 0 isb; @ 0 8008 = 2003;", 'l')]
    [InlineData(Left + "0 8008 = 3003; 0 dsb ishst; @ 0 ttbr1_el1 8000; 0 isb;", 'l')]
    // A root: of 48 bits, and of 39 bits by T1SZ.
    [InlineData(Left + "@ 0 ttbr1_el1 2000; 0 isb;", 'l')]
    [InlineData(Left + "0 tcr_el1 1580190010; 0 isb; 0 ttbr1_el1 2000; 0 isb;", 'l')]
    [InlineData(Left + "0 ttbr0_el1 3000; 0 isb;", 'l')]
    // The new tree is judged as any other: live changes, double use inside it.
    [InlineData(Left + "0 ttbr1_el1 8000; 0 isb; 0 8008 = 2003; @ 0 4000 = 60000050000703;", 'v')]
    [InlineData(Left + "0 ttbr1_el1 8000; 0 isb; 0 8008 = 2003; @ 0 8010 = 2003;", 'v')]
    [InlineData(Left + "0 ttbr1_el1 8000; 0 isb; 0 8008 = 2003; @ 0 8010 = 4003;", 'v')]
    [InlineData(Left + "0 ttbr1_el1 8000; 0 isb; 0 8008 = 2003; @ 0 free 4000;", 'v')]
    // Pages that the new tree does not have stay memory.
    [InlineData(Left + "0 ttbr1_el1 8000; 0 isb; 0 8008 = 3003; 0 2000 = cccccccccccccccc; 0 free 1000;", 'l')]
    // CPU 1 still holds the old tree, without its ISB or its flush.
    [InlineData("1 ttbr1_el1 1000; 1 isb; " + Left + "0 8008 = 2003; @ 0 ttbr1_el1 8000; 0 isb;", 'v')]
    [InlineData("1 ttbr1_el1 1000; 1 isb; " + Left + "0 ttbr1_el1 8000; 0 isb; @ 0 8008 = 2003;", 'v')]
    [InlineData(Tree + "1 ttbr1_el1 1000; 1 isb; " + Away + "1 ttbr1_el1 7000; 1 isb; 0 ttbr1_el1 8000; 0 isb; "
        + "@ 0 8008 = 2003;", 'v')]
    [InlineData(Tree + "1 ttbr1_el1 1000; 1 isb; " + Away + "1 ttbr1_el1 7000; 1 isb; 1 tlbi vmalle1; 1 dsb nsh; "
        + "0 ttbr1_el1 8000; 0 isb; 0 8008 = 2003;", 'l')]
    // A register leads to the old root again: its word and that of the new tree lead to one table.
    [InlineData(Left + "0 ttbr1_el1 8000; 0 isb; 0 8008 = 2003; 0 dsb ish; 0 ttbr1_el1 7000; 0 isb; 0 tlbi vmalle1; "
        + "0 dsb nsh; 0 ttbr1_el1 1000; 0 isb;", 'l')]
    [InlineData(Left + "0 ttbr1_el1 8000; 0 isb; 0 8008 = 2003; 0 dsb ish; @ 1 ttbr1_el1 1000; 1 isb;", 'v')]
    [InlineData(Left + "0 ttbr1_el1 8000; 0 isb; 0 8008 = 2003; 0 1000 = 0; 0 dsb ish; 1 ttbr1_el1 1000; 1 isb;", 'l')]
    [InlineData(Left + "0 ttbr1_el1 8000; 0 isb; 0 8008 = 2003; 0 dsb ish; 0 ttbr1_el1 7000; 0 isb; "
        + "@ 1 ttbr1_el1 1000; 1 isb;", 'v')]
    // A store into the old tree that no DSB has followed is seen late through a plain link.
    [InlineData(Left + "0 ttbr1_el1 8000; 0 isb; 0 4000 - 60000050000703; @ 0 8008 - 2003;", 'v')]
    [InlineData(Left + "0 ttbr1_el1 8000; 0 isb; 0 4000 - 60000050000703; 0 8008 = 2003;", 'l')]
    [InlineData(Left + "0 ttbr1_el1 8000; 0 isb; 0 4000 - 60000050000703; ! 0 dsb nsh; 0 8008 - 2003;", 'l')]
    // A second word of the old tree itself leads to one of its tables: judged when a register leads there.
    [InlineData(Left + "0 1008 = 2003; 0 dsb ish;", 'l')]
    [InlineData(Left + "0 1008 = 2003; 0 dsb ish; @ 0 ttbr1_el1 1000; 0 isb;", 'v')]
    [InlineData(Left + "0 1008 = 2003; 0 1000 = 0; 0 dsb ish; 0 ttbr1_el1 1000; 0 isb;", 'l')]
    [InlineData(Left + "0 1008 = 2003; 0 dsb ish; 0 free 2000; 0 free 1000;", 'l')]
    public void A_table_of_a_left_tree_gets_another_use(string script, char verdict) => TraceScript.Check(
        verdict == 'l' ? script : script.Replace("! ", "", StringComparison.Ordinal), verdict);

    // At its old place, under a new root: the same translations, so the flush is not needed.
    [Theory]
    [InlineData(Away)]
    [InlineData("0 ttbr1_el1 7000; 0 isb; ")]
    [InlineData("")]
    public void A_table_keeps_its_place_under_a_new_root(string leave) => TraceScript.Check(
        Tree + leave.Replace("! ", "", StringComparison.Ordinal) + "0 8000 = 2003; 0 dsb ish; 0 ttbr1_el1 8000; 0 isb;",
        'l');

    // Pages that are not global, ASID 1, 16K pages: ASIDE1 is the flush of a left tree, too.
    [Theory]
    [InlineData("! 0 isb; ! 0 tlbi aside1 1000000000000; ! 0 dsb nsh; ", 'l')]
    [InlineData("! 0 isb; ! 0 tlbi aside1is 1000000000000; ! 0 dsb ish; ", 'l')]
    [InlineData("! 0 isb; ! 0 tlbi vmalle1is; ! 0 dsb osh; ", 'l')]
    [InlineData("0 isb; 0 tlbi aside1 2000000000000; 0 dsb nsh; ", 'v')]
    [InlineData("0 isb; 0 tlbi aside1is 1000000000000; 0 dsb nsh; ", 'v')]
    public void Pages_of_16K_with_an_ASID(string flush, char verdict) => TraceScript.Check(
        "0 tcr_el1 1000008011; 0 10000 = 60000044000f03; 0 14000 = 10003; 0 c000 = 14003; 0 init 24000; 0 init 28000; "
        + "0 ttbr0_el1 100000000c000; 0 isb; 0 ttbr0_el1 9000000024000; " + flush
        + "0 28008 = 14003; @ 0 ttbr0_el1 9000000028000; 0 isb; ", verdict);
}
