namespace Orleans.Mmu.Tests.Traces;

/// <summary>
/// A CPU takes a tree up between a broadcast TLBI of another CPU and the DSB that completes it. The TLBI may have
/// reached the CPU by then (R_TGVWD), so what its walks read behind it stays. They read the old value where only a DSB
/// NSH has followed the store (R_TGRMW), and the new one behind a DSB ISH.
/// </summary>
public sealed class LintTakenUpBetweenTests
{
    private const string On = TraceScript.Tree + "0 ttbr1_el1 1000; 0 isb; ";
    private const string Up = "1 ttbr1_el1 1000; 1 isb; ";
    private const string Make = "@ 0 4000 = 60000050000703;";

    [Theory]
    // CPU 1 may read the old page behind the TLBI, and the DSB waits for the TLBI alone.
    [InlineData(On + "0 4000 = 0; 0 dsb nsh; 0 tlbi vmalle1is; " + Up + "0 dsb ish; " + Make, 'v', 1)]
    [InlineData(On + "0 4000 = 0; 0 dsb nshst; 0 tlbi vmalle1is; " + Up + "0 dsb ish; " + Make, 'v', 1)]
    [InlineData(On + "0 4000 = 0; 0 dsb nsh; 0 tlbi vaale1is ff000000000; " + Up + "0 dsb ish; " + Make, 'v', 1)]
    [InlineData(On + "0 4000 = 0; 0 dsb nsh; 0 tlbi vmalle1os; " + Up + "0 dsb osh; " + Make, 'v', 1)]
    // Every walk reads the new value before the TLBI: CPU 1 has never had the old one.
    [InlineData(On + "0 4000 = 0; ! 0 dsb ish; ! 0 tlbi vmalle1is; " + Up + "! 0 dsb ish; " + Make, 'l', null)]
    [InlineData(On + "0 4000 = 0; ! 0 dsb ishst; ! 0 tlbi vmalle1is; " + Up + "! 0 dsb ish; " + Make, 'l', null)]
    // CPU 1 comes behind the DSB, which orders the store as well.
    [InlineData(On + "0 4000 = 0; ! 0 dsb nsh; ! 0 tlbi vmalle1is; ! 0 dsb ish; " + Up + Make, 'l', null)]
    // A DSB ISH behind the TLBI and before CPU 1 comes completes the TLBI, too.
    [InlineData(On + "0 4000 = 0; 0 dsb nsh; 0 tlbi vmalle1is; ! 0 dsb ish; " + Up + "0 dsb ish; " + Make, 'l', null)]
    // A DSB ISHST orders the store and completes nothing: CPU 1 reads the new value.
    [InlineData(On + "0 4000 = 0; ! 0 dsb nsh; ! 0 tlbi vmalle1is; ! 0 dsb ishst; " + Up + "! 0 dsb ish; " + Make,
        'l', null)]
    // CPU 1 walks from before the TLBI on, and a DSB NSH is not enough.
    [InlineData(On + "0 4000 = 0; 0 dsb nsh; " + Up + "0 tlbi vmalle1is; 0 dsb ish; " + Make, 'v', 1)]
    // A second TLBI behind the DSB ISH names what CPU 1 has read.
    [InlineData(On + "0 4000 = 0; 0 dsb nsh; 0 tlbi vmalle1is; " + Up + "! 0 dsb ish; ! 0 tlbi vmalle1is; ! 0 dsb ish; "
        + Make, 'l', null)]
    // CPU 1 flushes itself: its DSB comes behind that of CPU 0, so its walks read the new value.
    [InlineData(On + "0 4000 = 0; 0 dsb nsh; ! 0 tlbi vmalle1is; " + Up + "! 0 dsb ish; 1 dsb ish; ! 1 tlbi vmalle1; "
        + "! 1 dsb nsh; " + Make, 'l', null)]
    // CPU 1 leaves again before the make, flushed or not.
    [InlineData(On + "0 4000 = 0; 0 dsb nsh; 0 tlbi vmalle1is; " + Up + "0 dsb ish; 1 ttbr1_el1 7000; ! 1 isb; "
        + "! 1 tlbi vmalle1; ! 1 dsb nsh; " + Make, 'l', null)]
    // CPU 0 alone changes the tree live by permissions: no break is needed.
    [InlineData(On + "0 4000 = 60000044000783; 0 dsb nsh; 0 tlbi vmalle1is; " + Up + "0 dsb ish; "
        + "@ 0 4000 = 60000044000703;", 'l', null)]
    // CPU 1, a sleeper that has flushed, wakes in between.
    [InlineData(TraceScript.Tree + "0 sctlr_el1 1; 1 sctlr_el1 0; 1 isb; 0 ttbr1_el1 1000; 0 isb; 1 ttbr1_el1 1000; "
        + "1 isb; 0 4000 = 0; 0 dsb nsh; 0 tlbi vmalle1is; 1 sctlr_el1 1; 1 isb; 0 dsb ish; " + Make, 'v', 1)]
    [InlineData(TraceScript.Tree + "0 sctlr_el1 1; 1 sctlr_el1 0; 1 isb; 0 ttbr1_el1 1000; 0 isb; 1 ttbr1_el1 1000; "
        + "1 isb; 0 4000 = 0; ! 0 dsb ish; ! 0 tlbi vmalle1is; 1 sctlr_el1 1; 1 isb; ! 0 dsb ish; " + Make, 'l', null)]
    // A table is removed and freed: CPU 1 may walk it.
    [InlineData(On + "0 3000 = 0; 0 dsb nsh; 0 tlbi vmalle1is; " + Up + "0 dsb ish; @ 0 free 4000;", 'v', 1)]
    [InlineData(On + "0 3000 = 0; ! 0 dsb ish; ! 0 tlbi vmalle1is; " + Up + "! 0 dsb ish; @ 0 free 4000;", 'l', null)]
    // CPU 1 takes it up with CnP = 1, and CPU 2 besides.
    [InlineData(On + "0 4000 = 0; 0 dsb nsh; 0 tlbi vmalle1is; 1 ttbr1_el1 1001; 1 isb; 0 dsb ish; " + Make, 'v', 1)]
    [InlineData(On + "0 4000 = 0; 0 dsb nsh; 0 tlbi vmalle1is; " + Up + "2 ttbr1_el1 1000; 2 isb; 0 dsb ish; "
        + "1 dsb ish; 1 tlbi vmalle1; 1 dsb nsh; " + Make, 'v', 2)]
    // No CPU holds the tree when the TLBI comes; the store is judged for CPU 1 all the same.
    [InlineData(On + "0 ttbr1_el1 7000; 0 isb; 0 tlbi vmalle1; 0 dsb nsh; 0 4000 = 0; 0 dsb nsh; 0 tlbi vmalle1is; "
        + Up + "0 dsb ish; " + Make, 'v', 1)]
    [InlineData(On + "0 ttbr1_el1 7000; 0 isb; 0 tlbi vmalle1; 0 dsb nsh; 0 4000 = 0; ! 0 dsb ish; 0 tlbi vmalle1is; "
        + Up + "0 dsb ish; " + Make, 'l', null)]
    public void A_CPU_comes_between_the_TLBI_and_its_DSB(string script, char verdict, int? cpu) =>
        TraceScript.Check(script, verdict, cpu);

    // ASIDs and pages that are not global. CPU 1 reads the old page under ASID 1, which the TLBI names, or ASID 2.
    [Theory]
    [InlineData("nsh", "1", "aside1is 1000000000000", 'v')]
    [InlineData("nsh", "1", "vae1is 1000000000000", 'v')]
    [InlineData("nsh", "2", "vae1is 1000000000000", 'v')]
    [InlineData("nsh", "2", "vmalle1is", 'v')]
    [InlineData("ish", "1", "aside1is 1000000000000", 'l')]
    [InlineData("ish", "1", "vae1is 1000000000000", 'l')]
    [InlineData("ish", "2", "vae1is 1000000000000", 'l')]
    public void Pages_have_an_ASID(string dsb, string asid, string tlbi, char verdict) => TraceScript.Check(
        "0 4000 = 60000044000f03; 0 3000 = 4003; 0 2000 = 3003; 0 1000 = 2003; 0 ttbr0_el1 1000000001000; 0 isb; "
        + $"0 4000 = 0; 0 dsb {dsb}; 0 tlbi {tlbi}; 1 ttbr0_el1 {asid}000000001000; 1 isb; 0 dsb ish; "
        + "@ 0 4000 = 60000050000f03;", verdict);

    // A page changes twice while no CPU holds its tree: a CPU that takes the tree up may read one old page after the
    // other.
    [Theory]
    [InlineData("0 4000 = 60000050000703; 0 4000 = 0; @ 1 ttbr1_el1 1000; 1 isb;", 'v', 1)]
    [InlineData("0 4000 = 60000050000703; 0 4000 = 0; 0 dsb nsh; @ 1 ttbr1_el1 1000; 1 isb;", 'v', 1)]
    [InlineData("0 4000 = 60000050000703; 0 4000 = 0; @ 0 ttbr1_el1 1000; 0 isb;", 'v', 0)]
    [InlineData("0 4000 = 60000050000703; 0 4000 = 0; ! 0 dsb nsh; 0 ttbr1_el1 1000; 0 isb;", 'l', null)]
    [InlineData("0 4000 = 60000050000703; 0 4000 = 0; ! 0 dsb ish; 1 ttbr1_el1 1000; 1 isb;", 'l', null)]
    [InlineData("0 4000 = 60000050000703; ! 0 dsb ish; 0 4000 = 0; 1 ttbr1_el1 1000; 1 isb;", 'l', null)]
    [InlineData("0 4000 = 60000044000783; 0 4000 = 0; 1 ttbr1_el1 1000; 1 isb;", 'l', null)]
    [InlineData("0 4010 = 60000050002703; 0 4010 = 0; 0 4000 = 0; 1 ttbr1_el1 1000; 1 isb;", 'l', null)]
    [InlineData("0 3008 = 5003; 0 3008 = 0; @ 1 ttbr1_el1 1000; 1 isb;", 'v', 1)]
    [InlineData("0 3008 = 5003; ! 0 dsb ish; 0 3008 = 0; 1 ttbr1_el1 1000; 1 isb;", 'l', null)]
    public void Two_old_pages_may_be_read(string steps, char verdict, int? cpu) => TraceScript.Check(
        On + "0 ttbr1_el1 7000; 0 isb; 0 tlbi vmalle1; 0 dsb nsh; " + steps, verdict, cpu);

    // 16K pages, and stage 2, of which both TLBIs count.
    [Theory]
    [InlineData("nsh", 'v')]
    [InlineData("ish", 'l')]
    public void Other_trees(string dsb, char verdict)
    {
        TraceScript.Check(
            "0 tcr_el1 1000008011; 1 tcr_el1 1000008011; 0 10000 = 60000044000703; 0 c000 = 10003; 0 8000 = c003; "
            + $"0 ttbr0_el1 8000; 0 isb; 0 10000 = 0; 0 dsb {dsb}; 0 tlbi vaale1is 0; 1 ttbr0_el1 8000; 1 isb; "
            + "0 dsb ish; @ 0 10000 = 60000050000703;", verdict);
        foreach (string tlbi in (string[])["0 tlbi vmalls12e1is; CPU1 0 dsb ish; ",
            "0 tlbi ipas2e1is 0; CPU1 0 dsb ish; 0 tlbi vmalle1is; 0 dsb ish; "])
        {
            TraceScript.Check(
                "0 4000 = 400000444007ff; 0 3000 = 4003; 0 2000 = 3003; 0 1000 = 2003; 0 vttbr_el2 1000; 0 isb; "
                + $"0 4000 = 0; 0 dsb {dsb}; "
                + tlbi.Replace("CPU1", "1 vttbr_el2 1000; 1 isb;", StringComparison.Ordinal)
                + "@ 0 4000 = 400000500007ff;", verdict);
        }
    }
}
