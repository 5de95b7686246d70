using Orleans.Mmu.Arm.BreakBeforeMake;

namespace Orleans.Mmu.Tests.Traces;

/// <summary>
/// Live changes that the level, or the MAIR, of a CPU with SCTLR.M = 0 alone forbids: it walks nothing, so they are
/// judged when it sets M again, by what it may still have cached.
/// </summary>
public sealed class LintSleepingLevelTests
{
    private const string Off = "1 sctlr_el1 0; 1 isb; ";
    private const string Flush = "0 dsb ish; ! 1 tlbi vmalle1; ! 1 dsb nsh; ";
    private const string On = "@ 1 sctlr_el1 1; 1 isb;";

    private static readonly BbmLevel[] Mixed = [BbmLevel.Level2NoAbort, BbmLevel.Level0];

    private static string Walked(string before = "", string cnp = "0", string mair = "")
    {
        string Of(int cpu) => $"{cpu} sctlr_el1 1; " + (mair.Length == 0 ? "" : $"{cpu} mair_el1 {mair}; ")
            + $"{cpu} tcr_el1 1580100010; {cpu} ttbr1_el1 100{cnp}; {cpu} isb; ";
        return TraceScript.Tree + before + Of(0) + Of(1);
    }

    // The pages of the block at 0x3008, in a table at 0x5000.
    private static string Pages { get; } = string.Concat(Enumerable.Range(0, 512).Select(
        i => $"0 {0x5000 + (8 * i):x} = {0x60000040200703 + ((ulong)i << 12):x}; "));

    // A contiguous group, and the same pages without the Contiguous bit.
    private static string Group(int count, bool contiguous, int oddType = -1) => string.Concat(
        Enumerable.Range(0, count).Select(i =>
            $"0 {0x4000 + (8 * i):x} = {(contiguous ? 0x70000044000703UL : 0x60000044000703) + ((ulong)i << 12)
                + (i == oddType ? 8UL : 0):x}; "));

    private static string Split => "0 3008 = 5003; ";

    [Fact]
    public void A_split_that_level_0_must_not_see()
    {
        TraceScript.Check(Walked(Pages) + Off + Split + Flush + On, 'l', 1, Mixed);
        TraceScript.Check(Walked(Pages) + Off + Split + "0 dsb ish; 1 tlbi vale1 ff000000200; 1 dsb nsh; " + On, 'l',
            1, Mixed);
        TraceScript.Check(Walked(Pages) + Off + Split + "0 dsb ish; 1 tlbi vale1 ff000000000; 1 dsb nsh; " + On, 'v',
            1, Mixed);
        TraceScript.Check(Walked(Pages) + Off + Split + "1 tlbi vmalle1; 1 dsb nsh; 0 dsb ish; " + On, 'l', 1, Mixed);
        TraceScript.Check(Walked(Pages) + Off + Split + "1 tlbi vmalle1; 1 dsb nsh; " + On, 'v', 1, Mixed);
        TraceScript.Check(Walked(Pages) + Off + Split + "0 dsb ish; " + On, 'l', 1, BbmLevel.Level2NoAbort);
        // No ISB behind M = 0; CnP = 1; the CPU of the low level walks itself.
        TraceScript.Check(Walked(Pages) + "1 sctlr_el1 0; @ 0 3008 = 5003;", 'v', 1, Mixed);
        TraceScript.Check(Walked(Pages, "1") + Off + "@ 0 3008 = 5003;", 'v', 1, Mixed);
        TraceScript.Check(Walked(Pages) + Off + "@ 0 3008 = 5003;", 'v', 0, BbmLevel.Level0);
    }

    [Fact]
    public void A_collapse_that_level_0_must_not_see() => TraceScript.Check(
        Walked(Pages + Split) + Off + "0 3008 = 60000040200701; " + Flush + On, 'l', 1, Mixed);

    [Fact]
    public void A_page_below_a_split_changes()
    {
        const string Break = "0 dsb ish; 0 tlbi vmalle1; 0 dsb nsh; 0 5000 = 0; 0 dsb ish; 0 tlbi vmalle1; 0 dsb nsh; ";
        TraceScript.Check(
            Walked(Pages) + Off + Split + Break + "0 5000 = 60000060000703; " + Flush + On, 'l', 1, Mixed);
        TraceScript.Check(
            Walked(Pages) + Off + Split + "0 dsb ish; @ 0 5000 = 60000060000703;", 'v', 0, Mixed);
    }

    [Theory]
    [InlineData(16, Flush, 'l')]
    [InlineData(16, "0 dsb ish; ", 'v')]
    [InlineData(8, "0 dsb ish; 1 tlbi vmalle1; 1 dsb nsh; ", 'v')]
    [InlineData(8, "0 dsb ish; ", 'v')]
    public void A_group_is_unfolded(int count, string flush, char verdict) => TraceScript.Check(
        Walked(Group(16, true)) + Off + Group(count, false) + flush + On, verdict, 1, Mixed);

    [Fact]
    public void Another_output_address_is_a_violation_of_the_CPU_that_walks() => TraceScript.Check(
        Walked() + Off + "@ 0 4000 = 60000050000703;", 'v', 0, BbmLevel.Level2NoAbort);

    // CPU 1 changes its MAIR, and CPU 0 the permissions of a leaf, or makes another one.
    [Theory]
    [InlineData("0 4000 = 60000044000783; ")]
    [InlineData("0 4010 = 60000046000703; ")]
    public void MAIR_of_the_CPU_that_sleeps(string store) => TraceScript.Check(
        Walked(mair: "400f0ff44ff") + Off + "1 mair_el1 400f0ff4444; 1 isb; " + store + Flush + On, 'l', 1);

    [Theory]
    [InlineData("400ffff44ff", 'l')]
    [InlineData("400ff4444ff", 'v')]
    public void A_group_of_two_types_by_the_MAIR_of_the_CPU_that_sleeps(string mair, char verdict) => TraceScript.Check(
        Walked("0 4000 = 0; 0 4008 = 0; 0 dsb ish; ", mair: "400ffff44ff") + Off + $"1 mair_el1 {mair}; 1 isb; "
        + Group(16, true, oddType: 3) + "0 dsb ish; 1 tlbi vmalle1; 1 dsb nsh; " + On, verdict, 1,
        BbmLevel.Level2NoAbort);
}
