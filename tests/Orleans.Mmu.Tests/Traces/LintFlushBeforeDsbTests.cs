namespace Orleans.Mmu.Tests.Traces;

/// <summary>
/// A table is unlinked and flushed with no DSB in between. While no CPU that the TLBI reaches walks the tree, no walk
/// brings the old descriptor back, and the DSB that completes the TLBI is enough.
/// </summary>
public sealed class LintFlushBeforeDsbTests
{
    private const string On = TraceScript.Tree + "0 dsb ish; 0 ttbr1_el1 1000; 0 isb; ";
    private const string Off = "0 ttbr1_el1 7000; 0 isb; ";
    private const string Left = On + Off;

    [Theory]
    [InlineData(Left + "0 3000 = 0; ! 0 tlbi vmalle1; ! 0 dsb nsh; 0 free 4000;", 'l', null)]
    [InlineData(Left + "0 3000 = 0; ! 0 tlbi vmalle1is; ! 0 dsb ish; 0 free 4000;", 'l', null)]
    [InlineData(Left + "0 2000 = 0; ! 0 tlbi vmalle1; ! 0 dsb nsh; 0 free 3000; 0 free 4000;", 'l', null)]
    [InlineData(On + "0 3000 = 0; ! 0 ttbr1_el1 7000; ! 0 isb; ! 0 tlbi vmalle1; ! 0 dsb nsh; 0 free 4000;", 'l', null)]
    [InlineData("0 sctlr_el1 1; " + On + "0 3000 = 0; ! 0 sctlr_el1 0; ! 0 isb; ! 0 tlbi vmalle1; ! 0 dsb nsh; "
        + "0 free 4000;", 'l', null)]
    // A DSB NSH does not complete a broadcast, and one of the nXS form not this TLBI.
    [InlineData(Left + "0 3000 = 0; 0 tlbi vmalle1is; 0 dsb nsh; @ 0 free 4000;", 'v', 0)]
    [InlineData(Left + "0 3000 = 0; 0 tlbi vmalle1; 0 dsb nshnxs; @ 0 free 4000;", 'v', 0)]
    // The CPU walks the tree, or takes it up before the DSB.
    [InlineData(On + "0 3000 = 0; 0 tlbi vmalle1; 0 dsb nsh; @ 0 free 4000;", 'v', 0)]
    [InlineData(Left + "0 3000 = 0; 0 tlbi vmalle1; 0 ttbr1_el1 1000; 0 isb; 0 dsb nsh; @ 0 free 4000;", 'v', 0)]
    [InlineData("0 sctlr_el1 1; " + On + "0 3000 = 0; 0 sctlr_el1 0; 0 isb; 0 tlbi vmalle1; 0 sctlr_el1 1; "
        + "0 dsb nsh; @ 0 free 4000;", 'v', 0)]
    // Another CPU walks it.
    [InlineData("1 ttbr1_el1 1000; 1 isb; " + Left + "0 3000 = 0; 0 tlbi vmalle1is; 0 dsb ish; @ 0 free 4000;",
        'v', 1)]
    [InlineData("1 ttbr1_el1 1000; 1 isb; " + Left + "0 3000 = 0; 0 tlbi vmalle1; 0 dsb nsh; @ 0 free 4000;", 'v', 1)]
    public void A_table_is_freed(string script, char verdict, int? cpu) => TraceScript.Check(script, verdict, cpu);

    // The DSB NSH that completes the TLBI orders the store for CPU 0, which reads the new descriptor, and for no other.
    [Theory]
    [InlineData("0 4000 = 60000050000703; 0 ttbr1_el1 1000; 0 isb;", 'l', null)]
    [InlineData("0 4000 = 60000050000703; @ 1 ttbr1_el1 1000; 1 isb;", 'v', 1)]
    [InlineData("0 4000 = 60000050000703; ! 0 dsb ish; 1 ttbr1_el1 1000; 1 isb;", 'l', null)]
    [InlineData("0 free 4000; 0 ttbr1_el1 1000; 0 isb;", 'l', null)]
    [InlineData("0 free 4000; @ 1 ttbr1_el1 1000; 1 isb;", 'v', 1)]
    [InlineData("0 free 4000; ! 0 dsb ish; 1 ttbr1_el1 1000; 1 isb;", 'l', null)]
    public void A_CPU_takes_the_tree_up(string script, char verdict, int? cpu) =>
        TraceScript.Check(Left + "0 3000 = 0; 0 tlbi vmalle1; 0 dsb nsh; " + script, verdict, cpu);

    [Theory]
    [InlineData("f03", "! 0 tlbi aside1 1000000000000; ! 0 dsb nsh; 0 free 4000;", 'l')]
    [InlineData("f03", "0 tlbi aside1 2000000000000; 0 dsb nsh; @ 0 free 4000;", 'v')]
    public void A_tree_of_one_ASID(string bits, string script, char verdict) => TraceScript.Check(
        $"0 4000 = 60000044000{bits}; 0 3000 = 4003; 0 2000 = 3003; 0 1000 = 2003; 0 dsb ish; "
        + "0 ttbr0_el1 1000000001000; 0 isb; 0 ttbr0_el1 9000000007000; 0 isb; 0 3000 = 0; " + script, verdict);
}
