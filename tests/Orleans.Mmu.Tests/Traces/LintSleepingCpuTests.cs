namespace Orleans.Mmu.Tests.Traces;

/// <summary>
/// SCTLR.M of CPU 1 is 0, with an ISB, while CPU 0 walks the tree. What CPU 0 changes is judged for CPU 0 at once, and
/// for CPU 1 when it sets M again.
/// </summary>
public sealed class LintSleepingCpuTests
{
    private const string Off = "1 sctlr_el1 0; 1 isb; ";
    private const string On = " @ 1 sctlr_el1 1; 1 isb;";
    private const string Flush0 = "! 0 dsb ish; ! 0 tlbi vmalle1; ! 0 dsb nsh; ";
    private const string Flushed0 = "0 dsb ish; 0 tlbi vmalle1; 0 dsb nsh; ";
    private const string Flush1 = "0 dsb ish; ! 1 tlbi vmalle1; ! 1 dsb nsh; ";
    private const string Flushed1 = "0 dsb ish; 1 tlbi vmalle1; 1 dsb nsh; ";

    // Two CPUs, or three, of which the last walks.
    private static string Walked(string before = "", string cnp = "000", int cpus = 2)
    {
        string trace = "0 tcr_el1 1580100010; " + TraceScript.Tree + before;
        for (int cpu = 0; cpu < cpus; cpu++)
            trace += $"{cpu} sctlr_el1 1; ";
        for (int cpu = 0; cpu < cpus; cpu++)
            trace += $"{cpu} tcr_el1 1580100010; {cpu} ttbr1_el1 100{cnp[cpu]}; {cpu} isb; ";
        return trace;
    }

    // A table moves; a removed table is rewritten, and is linked again, or is not; another table takes its place.
    [Theory]
    [InlineData("0 3000 = 0; ", "0 3010 = 4003; ")]
    [InlineData("0 3000 = 0; ", "0 4000 = 60000050000703; 0 3000 = 4003; ")]
    [InlineData("0 3000 = 0; ", "0 4000 = 60000050000703; ")]
    [InlineData("0 2000 = 0; ", "0 3008 = 60000060000701; 0 2000 = 3003; ")]
    [InlineData("0 2000 = 0; ", "0 4000 = 60000050000703; 0 2000 = 3003; ")]
    [InlineData("0 5000 = 60000050000703; 0 3000 = 0; ", "0 3000 = 5003; ")]
    [InlineData("0 3000 = 0; ", "0 4000 = 0; 0 4008 = 0; 0 4000 = 60000080000701; 0 dsb ish; 0 2008 = 4003; ")]
    [InlineData("0 4000 = 0; ", "0 4000 = 60000050000703; ")]
    public void What_CPU_0_breaks_and_makes_with_local_TLBIs_is_judged_for_CPU_1_when_it_sets_M(
        string breaks, string makes)
    {
        TraceScript.Check(Walked() + Off + breaks + Flush0 + makes + Flushed1 + "1 sctlr_el1 1; 1 isb;", 'l');
        TraceScript.Check(Walked() + Off + breaks + Flushed0 + makes + Flush1 + On, 'l', 1);
        TraceScript.Check(Walked() + Off + breaks + Flushed0 + makes + "0 dsb ish;" + On, 'v', 1);
        // Without an ISB behind M = 0, or with CnP = 1, CPU 1 or its entries are in use.
        foreach (string walked in new[] { Walked() + "1 sctlr_el1 0; ", Walked(cnp: "110") + Off })
        {
            TraceScript.Check(walked + breaks + Flushed0 + makes + Flushed1 + "1 sctlr_el1 1; 1 isb;", 'v');
            TraceScript.Check(
                walked + breaks + "0 dsb ish; 0 tlbi vmalle1is; 0 dsb ish; " + makes + "0 dsb ish; 1 sctlr_el1 1;",
                'l');
        }

        // A CPU that walks must have flushed, too.
        TraceScript.Check(
            Walked(cpus: 3) + Off + breaks + Flushed0 + makes + Flushed1 + "1 sctlr_el1 1; 1 isb;", 'v');
        TraceScript.Check(
            Walked(cpus: 3) + Off + breaks + Flushed0 + "2 dsb ish; ! 2 tlbi vmalle1; ! 2 dsb nsh; " + makes + Flushed1
            + "1 sctlr_el1 1; 1 isb;", 'l');
    }

    [Theory]
    [InlineData("0 3010 - 4003; ", 'v')]
    [InlineData("0 3000 - 4003; ", 'v')]
    [InlineData("0 3010 = 4003; ", 'l')]
    [InlineData("0 dsb ish; 0 3010 - 4003; ", 'l')]
    public void A_table_that_was_rewritten_is_linked_behind_a_release_or_a_DSB(string link, char verdict)
    {
        TraceScript.Check(
            Walked() + Off + "0 3000 = 0; " + Flushed0 + "0 4000 - 60000050000703; " + link + Flushed1
            + "1 sctlr_el1 1; 1 isb;", verdict, 0);
    }

    // What came and went while M was 0 is in no entry of CPU 1.
    [Theory]
    [InlineData(Off, "", 'l')]
    [InlineData("", Off, 'v')]
    [InlineData("1 sctlr_el1 0; ", "1 isb; ", 'v')]
    [InlineData(Off, "1 sctlr_el1 1; 1 isb; " + Off, 'v')]
    public void A_CPU_reads_nothing_while_M_is_0(string before, string between, char verdict)
    {
        string made = Walked() + before + "0 4010 = 60000046000703; 0 dsb ish; " + between;
        TraceScript.Check(made + "0 4010 = 0; " + Flushed0 + "0 4010 = 60000047000703; 0 dsb ish;" + On, verdict, 1);
        string linked = Walked() + before + "0 6000 = 60000046000703; 0 3018 = 6003; 0 dsb ish; " + between;
        TraceScript.Check(linked + "0 3018 = 0; " + Flushed0 + "0 3020 = 6003; 0 dsb ish;" + On, verdict, 1);
        TraceScript.Check(linked + "0 3018 = 0; " + Flushed0 + "@ 0 free 6000;", verdict, 1);
    }

    [Theory]
    [InlineData("60000044000703", 'l')]
    [InlineData("60000047000703", 'v')]
    public void A_leaf_that_is_back_meets_nothing(string last, char verdict) => TraceScript.Check(
        Walked() + Off + "0 4000 = 0; " + Flushed0 + "0 4000 = 60000046000703; 0 dsb ish; 0 4000 = 0; " + Flushed0
        + $"0 4000 = {last}; 0 dsb ish;" + On, verdict, 1);

    // A DSB NSH of CPU 0 is enough for its own walks, and CPU 1 may read the old value until a DSB ISH.
    [Theory]
    [InlineData("0 dsb ish; 1 tlbi vmalle1; 1 dsb nsh; ", 'l')]
    [InlineData("1 tlbi vmalle1; 1 dsb nsh; ", 'v')]
    [InlineData("0 dsb ish; ", 'v')]
    public void DSB_NSH_counts_while_no_other_CPU_walks(string flush, char verdict) => TraceScript.Check(
        Walked() + Off + "0 4000 = 0; 0 dsb nsh; 0 tlbi vaale1 ff000000000; 0 dsb nsh; 0 4000 = 60000050000703; "
        + flush + On, verdict, 1);

    [Theory]
    [InlineData("0 dsb ish; 1 tlbi vmalle1; 1 dsb nsh; ", 'l')]
    [InlineData("", 'v')]
    public void A_CPU_returns_to_another_root_and_may_hold_tables_of_the_first(string flush, char verdict) =>
        TraceScript.Check(
            Walked() + Off + "0 4000 = 0; " + Flushed0 + "0 4000 = 60000050000703; 0 dsb ish; 1 ttbr1_el1 7000; 1 isb; "
            + flush + On, verdict, 1);

    [Fact]
    public void SCTLR_EL1_does_not_turn_walks_of_EL2_off()
    {
        const string Host = "0 hcr_el2 400000000; 1 hcr_el2 400000000; 0 sctlr_el2 1; 1 sctlr_el2 1; "
            + TraceScript.Tree + "0 ttbr1_el2 1000; 0 isb; 1 ttbr1_el2 1000; 1 isb; ";
        const string Moves = "0 3000 = 0; 0 dsb ish; 0 tlbi alle2; 0 dsb nsh; 0 3010 = 4003; 0 dsb ish; "
            + "! 1 tlbi alle2; ! 1 dsb nsh; ";
        TraceScript.Check(Host + "1 sctlr_el2 0; 1 isb; " + Moves + "@ 1 sctlr_el2 1;", 'l', 1);
        TraceScript.Check(
            Host + "1 sctlr_el1 0; 1 isb; " + Moves.Replace("! ", "", StringComparison.Ordinal) + "1 sctlr_el1 1;",
            'v');
    }
}
