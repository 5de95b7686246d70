namespace Orleans.Mmu.Tests.Traces;

/// <summary>
/// A table is unlinked and freed behind a DSB NSH, which orders the store for the walks of its CPU alone: a CPU that
/// takes the tree up before a wider DSB may still walk through the old descriptor (R_TGRMW, R_SPVBD), and finds there
/// what the page has become (R_RVJDB).
/// </summary>
public sealed class LintFreedBehindNshTests
{
    private const string On = "0 ttbr1_el1 1000; 0 isb; ";
    private const string Local = "0 3000 = 0; 0 dsb nsh; 0 tlbi vmalle1; 0 dsb nsh; ";
    private const string One = TraceScript.Tree + On + Local;

    // CPU 1 has SCTLR.M = 0 and has flushed what it had.
    private const string Asleep = TraceScript.Tree + "0 sctlr_el1 1; 1 sctlr_el1 1; " + On + "1 ttbr1_el1 1000; 1 isb; "
        + "1 sctlr_el1 0; 1 isb; 1 tlbi vmalle1; 1 dsb nsh; " + Local;

    [Theory]
    // The store is ordered for CPU 0 alone, and CPU 1 takes the tree up by TTBR or by M: its walk may reach the page.
    [InlineData(One + "0 free 4000; @ 1 ttbr1_el1 1000; 1 isb;", 'v', 1)]
    [InlineData(Asleep + "0 free 4000; @ 1 sctlr_el1 1; 1 isb;", 'v', 1)]
    // CPU 0 walks on, and its own walks read the new descriptor.
    [InlineData(One + "0 free 4000; 0 isb; 0 4008 = 0;", 'v', null)]
    [InlineData(One + "0 free 4000; 0 isb; 0 3010 = 60000040400701;", 'l', null)]
    // CPU 0 leaves the tree and returns: its DSB NSH has ordered the store for its walks.
    [InlineData(One + "0 free 4000; 0 ttbr1_el1 7000; 0 isb; 0 tlbi vmalle1; 0 dsb nsh; 0 ttbr1_el1 1000; 0 isb;",
        'l', null)]
    // A DSB for every CPU, of the CPU that stored, before or behind mem-free, and before CPU 1 walks.
    [InlineData(One + "! 0 dsb ish; 0 free 4000; 1 ttbr1_el1 1000; 1 isb;", 'l', null)]
    [InlineData(One + "0 free 4000; ! 0 dsb ish; 1 ttbr1_el1 1000; 1 isb;", 'l', null)]
    [InlineData(One + "0 free 4000; ! 0 dsb osh; 1 ttbr1_el1 1000; 1 isb;", 'l', null)]
    [InlineData(One + "0 free 4000; ! 0 dsb ishst; 1 ttbr1_el1 1000; 1 isb;", 'l', null)]
    [InlineData(Asleep + "0 free 4000; ! 0 dsb ish; 1 sctlr_el1 1; 1 isb;", 'l', null)]
    // A DSB of loads, of CPU 1, or for CPU 0 alone once more orders nothing for CPU 1.
    [InlineData(One + "0 free 4000; 0 dsb ishld; @ 1 ttbr1_el1 1000;", 'v', 1)]
    [InlineData(One + "0 free 4000; 1 dsb ish; @ 1 ttbr1_el1 1000;", 'v', 1)]
    [InlineData(One + "0 free 4000; 0 dsb nsh; @ 1 ttbr1_el1 1000;", 'v', 1)]
    // The tables below an unlinked one are reached through it, too.
    [InlineData(TraceScript.Tree + On + "0 2000 = 0; 0 dsb nsh; 0 tlbi vmalle1; 0 dsb nsh; 0 free 4000; "
        + "@ 1 ttbr1_el1 1000;", 'v', 1)]
    [InlineData(TraceScript.Tree + On + "0 2000 = 0; 0 dsb nsh; 0 tlbi vmalle1; 0 dsb nsh; 0 free 4000; 0 free 3000; "
        + "! 0 dsb ish; 1 ttbr1_el1 1000;", 'l', null)]
    // Another table takes the place: the walk may read either descriptor.
    [InlineData(One + "0 free 4000; 0 5000 = 60000050000703; 0 3000 = 5003; @ 1 ttbr1_el1 1000;", 'v', 1)]
    // CPU 1 is on the tree before mem-free, and may have cached the old descriptor.
    [InlineData(One + "1 ttbr1_el1 1000; 1 isb; @ 0 free 4000;", 'v', 1)]
    [InlineData(One + "1 ttbr1_el1 1000; 1 isb; 0 dsb ish; @ 0 free 4000;", 'v', 1)]
    [InlineData(One + "1 ttbr1_el1 1000; 1 isb; ! 0 dsb ish; ! 0 tlbi vmalle1is; ! 0 dsb ish; 0 free 4000;", 'l', null)]
    // The table gets another place behind the DSB NSH, and a TLBI of CPU 0 takes nothing back from the walks of CPU 1.
    [InlineData(One + "0 3010 = 4003; 0 dsb nsh; @ 1 ttbr1_el1 1000;", 'v', 1)]
    [InlineData(One + "0 3010 = 4003; 0 dsb nsh; 0 tlbi vmalle1; 0 dsb nsh; @ 1 ttbr1_el1 1000;", 'v', 1)]
    [InlineData(One + "0 3010 = 4003; 0 dsb nsh; 0 tlbi vmalle1; 0 dsb nsh; ! 0 dsb ish; 1 ttbr1_el1 1000;", 'l', null)]
    // No CPU holds the tree, and no DSB at all follows the store: CPU 0 itself may still read the old descriptor.
    [InlineData(TraceScript.Tree + On + "0 ttbr1_el1 7000; 0 isb; 0 tlbi vmalle1; 0 dsb nsh; 0 3000 = 0; "
        + "0 free 4000; @ 0 ttbr1_el1 1000;", 'v', 0)]
    [InlineData(TraceScript.Tree + On + "0 ttbr1_el1 7000; 0 isb; 0 tlbi vmalle1; 0 dsb nsh; 0 3000 = 0; "
        + "0 free 4000; ! 0 dsb nsh; 0 ttbr1_el1 1000;", 'l', null)]
    public void A_CPU_takes_the_tree_up(string script, char verdict, int? cpu) =>
        TraceScript.Check(script, verdict, cpu);

    // 16K pages: the table of 4 pages at 0x10000. Each of its pages counts.
    [Theory]
    [InlineData("0 free 10000; @ 1 ttbr0_el1 8000;", 'v')]
    [InlineData("0 free 12000; @ 1 ttbr0_el1 8000;", 'v')]
    [InlineData("0 free 12000; ! 0 dsb ish; 1 ttbr0_el1 8000;", 'l')]
    public void Tables_have_16K(string steps, char verdict) => TraceScript.Check(
        "0 tcr_el1 1000008011; 0 10000 = 60000044000703; 0 12000 = 60000044004703; 0 c000 = 10003; 0 8000 = c003; "
        + "0 ttbr0_el1 8000; 0 isb; 1 tcr_el1 1000008011; 0 c000 = 0; 0 dsb nsh; 0 tlbi vmalle1; 0 dsb nsh; " + steps,
        verdict);

    // Stage 2, and stage 1 of EL2: the rules of walks are the same.
    [Theory]
    [InlineData("vttbr_el2", "vmalls12e1")]
    [InlineData("ttbr0_el2", "alle2")]
    public void Trees_have_no_ASIDs(string register, string tlbi)
    {
        string steps = "0 4000 = 400000444007ff; 0 3000 = 4003; 0 2000 = 3003; 0 1000 = 2003; "
            + $"0 {register} 1000; 0 isb; 0 3000 = 0; 0 dsb nsh; 0 tlbi {tlbi}; 0 dsb nsh; 0 free 4000; ";
        TraceScript.Check(steps + $"@ 1 {register} 1000;", 'v', 1);
        TraceScript.Check(steps + $"! 0 dsb ish; 1 {register} 1000;", 'l');
    }
}
