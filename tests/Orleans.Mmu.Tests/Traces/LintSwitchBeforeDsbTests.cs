namespace Orleans.Mmu.Tests.Traces;

/// <summary>
/// A register leads to another tree in which a descriptor was cleared, and no DSB has followed: the CPU may still read
/// the old value (R_TGRMW, R_SPVBD), which meets what it holds of the tree that it leaves (R_FVQCK).
/// </summary>
public sealed class LintSwitchBeforeDsbTests
{
    // The tree B has the block and the page of the tree A at other addresses of memory; both are global.
    private const string Trees = TraceScript.Tree + "0 c000 = 60000050000703; 0 b000 = c003; 0 a000 = b003; "
        + "0 9000 = a003; 0 dsb ish; ";

    // CPU 0 walks A, CPU 1 B.
    private const string Two = Trees + "0 ttbr0_el1 1000000001000; 0 isb; 1 ttbr0_el1 1000000009000; 1 isb; ";
    private const string ToA = "@ 1 ttbr0_el1 2000000001000; 1 isb;";

    // CPU 0 has left A, with nothing of it, and walks B.
    private const string One = Trees + "0 ttbr0_el1 1000000001000; 0 isb; 0 ttbr0_el1 1000000007000; 0 isb; "
        + "0 tlbi vmalle1; 0 dsb nsh; 0 ttbr0_el1 1000000009000; 0 isb; ";

    private const string Gone = "0 4008 = 0; 0 3008 = 0; 0 dsb ish; ";

    [Theory]
    [InlineData(Two + Gone + "0 4000 = 0; " + ToA, 'v', 1)]
    [InlineData(Two + Gone + "0 4000 = 0; ! 0 dsb ish; 1 ttbr0_el1 2000000001000;", 'l', null)]
    [InlineData(Two + Gone + "0 4000 = 0; ! 0 dsb ishst; 1 ttbr0_el1 2000000001000;", 'l', null)]
    // A DSB NSH counts for CPU 0 alone, and one of loads, or of CPU 1, for none.
    [InlineData(Two + Gone + "0 4000 = 0; 0 dsb nsh; " + ToA, 'v', 1)]
    [InlineData(Two + Gone + "0 4000 = 0; 0 dsb ishld; " + ToA, 'v', 1)]
    [InlineData(Two + Gone + "0 4000 = 0; 1 dsb ish; " + ToA, 'v', 1)]
    // The descriptor above is cleared: the CPU may read it and all that lies below.
    [InlineData(Two + Gone + "0 3000 = 0; " + ToA, 'v', 1)]
    [InlineData(Two + Gone + "0 1000 = 0; " + ToA, 'v', 1)]
    [InlineData(Two + Gone + "0 4000 = 0; 0 3000 = 0; " + ToA, 'v', 1)]
    [InlineData(Two + Gone + "0 4000 = 0; 0 dsb ish; 0 3000 = 0; 1 ttbr0_el1 2000000001000;", 'l', null)]
    // What was cleared is what CPU 1 holds, or is not at an address that B has.
    [InlineData(Two + Gone + "0 4000 = 0; 0 dsb ish; 0 tlbi vmalle1is; 0 dsb ish; 0 4000 = 60000050000703; 0 dsb ish; "
        + "0 4000 = 0; 1 ttbr0_el1 2000000001000;", 'l', null)]
    [InlineData(Two + "0 4000 = 0; 0 dsb ish; 0 4008 = 0; 1 ttbr0_el1 2000000001000;", 'l', null)]
    // CPU 1 has flushed what it holds of B.
    [InlineData(Two + Gone + "0 4000 = 0; ! 1 ttbr0_el1 1000000007000; ! 1 isb; ! 1 tlbi vmalle1; ! 1 dsb nsh; "
        + "1 ttbr0_el1 2000000001000;", 'l', null)]
    public void Of_another_CPU(string script, char verdict, int? cpu) => TraceScript.Check(script, verdict, cpu);

    [Theory]
    [InlineData(One + "0 4000 = 0; @ 0 ttbr0_el1 2000000001000;", 'v', 0)]
    [InlineData(One + "0 4000 = 0; ! 0 dsb nsh; 0 ttbr0_el1 2000000001000;", 'l', null)]
    [InlineData(One + "0 1000 = 0; @ 0 ttbr0_el1 1000000001000;", 'v', 0)]
    [InlineData(One + "0 1000 = 0; ! 0 dsb nsh; 0 ttbr0_el1 1000000001000;", 'l', null)]
    // While SCTLR.M is 0, as it sets M.
    [InlineData(One + "0 sctlr_el1 0; 0 isb; 0 4000 = 0; 0 ttbr0_el1 2000000001000; 0 isb; @ 0 sctlr_el1 1;", 'v', 0)]
    [InlineData(One + "0 sctlr_el1 0; 0 isb; 0 4000 = 0; ! 0 dsb nsh; 0 ttbr0_el1 2000000001000; 0 isb; "
        + "0 sctlr_el1 1;", 'l', null)]
    [InlineData(One + "0 sctlr_el1 0; 0 isb; ! 0 tlbi vmalle1; ! 0 dsb nsh; 0 4000 = 0; "
        + "0 ttbr0_el1 2000000001000; 0 isb; 0 sctlr_el1 1;", 'l', null)]
    public void Of_the_CPU_itself(string script, char verdict, int? cpu) => TraceScript.Check(script, verdict, cpu);

    // Non-global leaves of different ASIDs do not meet.
    [Theory]
    [InlineData("1", 'v')]
    [InlineData("2", 'l')]
    public void Of_leaves_with_an_ASID(string asid, char verdict) => TraceScript.Check(
        "0 4000 = 60000044000f03; 0 3000 = 4003; 0 2000 = 3003; 0 1000 = 2003; 0 c000 = 60000050000f03; 0 b000 = c003; "
        + "0 a000 = b003; 0 9000 = a003; 0 dsb ish; 0 ttbr0_el1 1000000001000; 0 isb; 1 ttbr0_el1 1000000009000; "
        + $"1 isb; 0 1000 = 0; 1 ttbr0_el1 {asid}000000001000;", verdict);
}
