namespace Orleans.Mmu.Tests.Traces;

/// <summary>
/// CPUs that run under different VMIDs, or walk a tree under different ASIDs: each may flush what it holds, and the
/// flushes add up.
/// </summary>
public sealed class LintFlushByIdTests
{
    private const string Clear = "0 4000 = 0; ! 0 dsb ish; ";
    private const string Make = " @ 0 4000 = 60000050000703;";

    // CPUs 0, 1 and so on under VMIDs, 5 to 7.
    private static string Guests(string vmids, string asids = "0000")
    {
        string trace = "0 vtcr_el2 d0090; 0 init e000; 0 init f000; 0 init d000; ";
        for (int cpu = 0; cpu < vmids.Length; cpu++)
        {
            char root = (char)('d' + vmids[cpu] - '5');
            trace += $"{cpu} tcr_el1 1580100010; {cpu} vttbr_el2 {vmids[cpu]}00000000{root}000; {cpu} isb; ";
        }

        trace += TraceScript.Tree;
        for (int cpu = 0; cpu < vmids.Length; cpu++)
            trace += $"{cpu} ttbr1_el1 1000; {cpu} ttbr0_el1 {asids[cpu]}000000007000; {cpu} isb; ";
        return trace;
    }

    [Theory]
    [InlineData("56", "! 0 tlbi vmalle1is; ! 0 dsb ish; ! 1 dsb ish; ! 1 tlbi vmalle1is; ! 1 dsb ish;", 'l')]
    [InlineData("56", "! 1 dsb ish; ! 1 tlbi vmalle1is; ! 1 dsb ish; ! 0 tlbi vmalle1is; ! 0 dsb ish;", 'l')]
    [InlineData("56", "! 1 dsb ish; ! 1 tlbi vmalle1is; ! 0 tlbi vmalle1is; ! 1 dsb ish; ! 0 dsb ish;", 'l')]
    [InlineData("56", "! 0 tlbi vmalle1is; ! 0 dsb ish; ! 1 dsb ish; ! 1 tlbi vmalle1; ! 1 dsb nsh;", 'l')]
    [InlineData("56", "! 0 tlbi vaale1is ff000000000; ! 0 dsb ish; 1 dsb ish; ! 1 tlbi vaale1is ff000000000; "
        + "! 1 dsb ish;", 'l')]
    [InlineData("56", "0 tlbi vaale1is ff000000000; 0 dsb ish; 1 dsb ish; 1 tlbi vaale1is ff000000001; "
        + "1 dsb ish;", 'v')]
    [InlineData("56", "0 tlbi vmalle1is; 0 dsb ishnxs; 1 dsb ish; 1 tlbi vmalle1is; 1 dsb ish;", 'v')]
    [InlineData("565", "! 0 tlbi vmalle1is; ! 0 dsb ish; 1 dsb ish; ! 1 tlbi vmalle1is; ! 1 dsb ish;", 'l')]
    [InlineData("565", "0 tlbi vmalle1; 0 dsb ish; 1 dsb ish; 1 tlbi vmalle1is; 1 dsb ish;", 'v')]
    [InlineData("567", "! 0 tlbi vmalle1is; ! 0 dsb ish; 1 dsb ish; ! 1 tlbi vmalle1is; ! 1 dsb ish; "
        + "2 dsb ish; ! 2 tlbi vmalle1is; ! 2 dsb ish;", 'l')]
    public void Each_CPU_flushes_its_VMID(string vmids, string flush, char verdict) =>
        TraceScript.Check(Guests(vmids) + Clear + flush + Make, verdict);

    // CPU 1 has walked the tree under VMIDs 5 and 6.
    [Theory]
    [InlineData("! 0 tlbi vmalle1is; ! 0 dsb ish; 1 dsb ish; ! 1 tlbi vmalle1is; ! 1 dsb ish;")]
    [InlineData("1 dsb ish; ! 1 tlbi vmalle1; ! 1 dsb nsh; ! 0 tlbi vmalle1is; ! 0 dsb ish;")]
    public void TLBIs_of_two_CPUs_remove_what_one_holds(string flush) => TraceScript.Check(
        Guests("55") + "1 vttbr_el2 600000000e000; 1 isb; 1 4010 = 60000044002703; " + Clear + flush + Make, 'l');

    [Theory]
    [InlineData("! 0 tlbi vae1is 10ff000000000; ! 0 dsb ish; 1 dsb ish; ! 1 tlbi vae1is 20ff000000000; "
        + "! 1 dsb ish;", 'l')]
    [InlineData("! 0 tlbi aside1is 1000000000000; ! 0 dsb ish; 1 dsb ish; ! 1 tlbi aside1is 2000000000000; "
        + "! 1 dsb ish;", 'l')]
    [InlineData("0 tlbi vae1is 10ff000000000; 0 dsb ish; 1 dsb ish; 1 tlbi vae1is 10ff000000000; 1 dsb ish;", 'v')]
    public void Each_CPU_flushes_its_ASID(string flush, char verdict) => TraceScript.Check(
        (Guests("55", "12") + Clear + flush + Make).Replace("703;", "f03;", StringComparison.Ordinal), verdict);

    // What comes back between the two flushes is flushed by neither.
    [Theory]
    [InlineData("", 'v')]
    [InlineData("0 tlbi vmalle1is; 0 dsb ish;", 'l')]
    public void A_value_comes_back_between_the_flushes(string again, char verdict) => TraceScript.Check(
        Guests("56") + "0 4000 = 0; 0 dsb ish; 0 tlbi vmalle1is; 0 dsb ish; 0 4000 = 60000044000703; 0 4000 = 0; "
            + "0 dsb ish; 1 dsb ish; 1 tlbi vmalle1is; 1 dsb ish; " + again + Make, verdict);

    [Fact]
    public void A_table_is_freed_once_each_CPU_has_flushed() => TraceScript.Check(
        Guests("56") + "0 3000 = 0; ! 0 dsb ish; ! 0 tlbi vmalle1is; ! 0 dsb ish; ! 1 dsb ish; ! 1 tlbi vmalle1is; "
            + "! 1 dsb ish; @ 0 free 4000;", 'l');

    [Theory]
    [InlineData(16, 'l')]
    [InlineData(15, 'v')]
    public void A_member_of_a_group_brings_the_others_back(int cleared, char verdict)
    {
        string Each(int count, ulong output) => string.Concat(Enumerable.Range(0, count).Select(
            i => $"0 {0x4000 + (8 * i):x} = {(output == 0 ? 0 : (0x70000000000703 | output) + ((ulong)i << 12)):x}; "));
        TraceScript.Check(
            Guests("56") + "0 4000 = 0; 0 4008 = 0; 0 dsb ish; 0 tlbi alle1is; 0 dsb ish; " + Each(16, 0x44000000)
            + "0 dsb ish; " + Each(cleared, 0) + "0 dsb ish; 0 tlbi vmalle1is; 0 dsb ish; "
            + (cleared < 16 ? "0 4078 = 0; 0 dsb ish; " : "") + "1 dsb ish; 1 tlbi vmalle1is; 1 dsb ish; "
            + Each(16, 0x50000000), verdict);
    }
}
