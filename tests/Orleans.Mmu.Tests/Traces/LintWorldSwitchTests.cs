namespace Orleans.Mmu.Tests.Traces;

/// <summary>
/// A hypervisor writes TTBR and VTTBR_EL2 at EL2, in either order, and one ISB follows: the trees of two guests have
/// two VMIDs, and do not meet (R_NWYRD, R_NRJPP).
/// </summary>
public sealed class LintWorldSwitchTests
{
    private const string Trees = "0 tcr_el1 1580100010; 0 vtcr_el2 d0090; 0 init e000; 0 init f000; "
        + "0 vttbr_el2 500000000e000; 0 isb; " + TraceScript.Tree
        + "0 b000 = 60000050000703; 0 a000 = b003; 0 9000 = a003; 0 8000 = 9003; "
        + "0 13000 = 60000060000703; 0 12000 = 13003; 0 11000 = 12003; 0 10000 = 11003; ";

    // Trees A, B and C, and the VMIDs 5 and 6.
    private static string Switch(string steps) => Trees + steps
        .Replace("A;", "0 ttbr1_el1 1000;", StringComparison.Ordinal)
        .Replace("B;", "0 ttbr1_el1 8000;", StringComparison.Ordinal)
        .Replace("C;", "0 ttbr1_el1 10000;", StringComparison.Ordinal)
        .Replace("E;", "0 ttbr1_el1 7000;", StringComparison.Ordinal)
        .Replace("5;", "0 vttbr_el2 500000000e000;", StringComparison.Ordinal)
        .Replace("6;", "0 vttbr_el2 600000000f000;", StringComparison.Ordinal)
        .Replace("I;", "0 isb;", StringComparison.Ordinal);

    [Theory]
    [InlineData("A; I; 6; B; I; 5; A; I;", 'l')]
    [InlineData("A; I; B; 6; I; A; 5; I;", 'l')]
    [InlineData("A; I; B; 6; I; 5; A; I; 6; B; I; A; 5; I;", 'l')]
    [InlineData("A; I; 6; I; B; I;", 'l')]
    [InlineData("A; I; E; I; B; 6; I;", 'l')]
    [InlineData("A; I; E; B; 6; I;", 'l')]
    [InlineData("A; I; 6; B; I; 0 tlbi vmalle1; 0 dsb nsh; 5; A; I;", 'l')]
    // A guest that changes its own tree.
    [InlineData("A; I; @ B; I;", 'v')]
    [InlineData("A; I; @ B;", 'v')]
    [InlineData("A; I; @ B; 5; I;", 'v')]
    [InlineData("A; I; @ B; 0 4010 = 60000044002703; 6; I;", 'v')]
    // The last VMID before the ISB is the one under which the tree is walked.
    [InlineData("A; I; 6; B; @ 5; I;", 'v')]
    [InlineData("A; I; B; 6; @ 5; I;", 'v')]
    [InlineData("A; I; 6; B; 5; 6; I;", 'l')]
    // Another tree comes under the VMID of the first later, and entries of that one are left.
    [InlineData("A; I; 6; B; I; 5; @ C; I;", 'v')]
    [InlineData("A; I; 6; B; I; C; @ 5; I;", 'v')]
    // The other half's register changes nothing of that.
    [InlineData("A; I; 6; B; I; 5; @ C; 0 ttbr0_el1 14000; I;", 'v')]
    [InlineData("A; I; @ B; I; 0 ttbr0_el1 14000; I; 6; I;", 'v')]
    [InlineData("A; I; 6; B; I; 0 tlbi vmalle1; 0 dsb nsh; 5; @ C; I;", 'v')]
    [InlineData("A; I; 6; B; I; ! 0 tlbi alle1; ! 0 dsb nsh; 5; @ C; I;", 'l')]
    [InlineData("A; I; 6; B; I; 5; A; I; E; ! I; ! 0 tlbi vmalle1; ! 0 dsb nsh; @ C; I;", 'l')]
    // A store shows that the CPU runs under its VMID with the tree of TTBR.
    [InlineData("A; I; 6; B; I; 5; I; @ 0 4010 = 60000044002703; A; I;", 'v')]
    [InlineData("A; I; 6; I; 0 4010 = 60000044002703; @ B; I;", 'v')]
    public void A_world_switch_has_one_ISB_behind_TTBR_and_VTTBR(string steps, char verdict) =>
        TraceScript.Check(Switch(steps), verdict);

    // An ISB between the two: KVM has one on CPUs with erratum 1319367. The write of VTTBR_EL2 shows that the CPU is at
    // EL2, where no walk of EL1 begins (R_NRJPP), and no store that a guest has run since the write of TTBR.
    [Theory]
    [InlineData("A; I; B; I; 6; I;", 'l')]
    [InlineData("A; I; B; I; I; 0 dsb ish; 6; I;", 'l')]
    [InlineData("A; I; B; I; 0 tlbi vmalle1; 0 dsb nsh; 6; I;", 'l')]
    [InlineData("A; I; B; I; 6; I; A; I; 5; I; B; I; 6; I; A; I; 5; I;", 'l')]
    [InlineData("A; I; B; I; 6; I; 0 b008 = 60000050001703; A; I; 5; I; 0 4010 = 60000044002703; B; I; 6; I;", 'l')]
    [InlineData("A; I; B; I; 6; I; 5; A; I; B; 6; I;", 'l')]
    [InlineData("A; I; B; I; 6; I; A; 5; I; 0 4010 = 60000044002703; 6; I; B; I; 0 b008 = 60000050001703;", 'l')]
    // VTTBR_EL2 first, and an ISB: the trees never meet.
    [InlineData("A; I; 6; I; B; I; 5; I; A; I; 6; I; B; I;", 'l')]
    // A store: the guest of VMID 5 runs with B.
    [InlineData("A; I; @ B; I; 0 4010 = 60000044002703; 6; I;", 'v')]
    // TTBR of the next guest stands behind VTTBR_EL2, before its ISB or after it, so the guest of VMID 5 wrote B.
    [InlineData("A; I; @ B; I; 6; C; I;", 'v')]
    [InlineData("A; I; @ B; I; 6; I; C; I; 0 4010 = 60000044002703;", 'v')]
    [InlineData("A; I; @ B; I; 6; I; C; I; A; I;", 'v')]
    // Another write of TTBR before VTTBR_EL2: B was in effect.
    [InlineData("A; I; @ B; I; C; I; 6; I;", 'v')]
    // The VMID does not change, or changes back with B: B and A are trees of one VMID.
    [InlineData("A; I; @ B; I; 5; I;", 'v')]
    [InlineData("A; I; B; I; 6; I; @ 5; I;", 'v')]
    [InlineData("A; I; @ B; I; 1 vttbr_el2 600000000f000; 1 isb;", 'v')]
    // B is walked under VMID 6 from then on, and C comes under it later.
    [InlineData("A; I; B; I; 6; I; 0 b008 = 60000050001703; @ C; I;", 'v')]
    // A is walked under VMID 5 all along.
    [InlineData("A; I; B; I; 6; I; 0 b008 = 60000050001703; C; I; @ 5; I;", 'v')]
    [InlineData("A; I; B; I; 6; I; 0 b008 = 60000050001703; C; I; 0 tlbi alle1; 0 dsb nsh; 5; I;", 'l')]
    public void A_world_switch_has_an_ISB_between_TTBR_and_VTTBR(string steps, char verdict) =>
        TraceScript.Check(Switch(steps), verdict);

    // Trees that TTBR has led to before one ISB, and that no walk has read, since VTTBR_EL2 was written at EL2.
    [Theory]
    [InlineData("A; I; C; B; 6; I;", 'l')]
    [InlineData("A; I; C; 6; B; I;", 'l')]
    [InlineData("A; I; 6; C; B; I;", 'l')]
    [InlineData("A; I; C; B; I; 6; I;", 'l')]
    [InlineData("A; I; C; B; 6; I; 5; A; I;", 'l')]
    // A guest: C and B may both have been walked.
    [InlineData("A; I; @ C; B; I;", 'v')]
    [InlineData("A; I; @ C; B; I; 0 4010 = 60000044002703; 6; I;", 'v')]
    [InlineData("A; I; @ C; 0 4010 = 60000044002703; B; 6; I;", 'v')]
    // What the ISB finds under VMID 6 counts.
    [InlineData("A; I; 6; C; B; I; 0 b008 = 60000050001703; @ C; I;", 'v')]
    // C was walked under VMID 6 before.
    [InlineData("A; I; 6; C; I; 0 13008 = 60000060001703; 5; A; I; C; 6; @ B; I;", 'v')]
    public void TTBR_is_written_twice_before_the_ISB(string steps, char verdict) =>
        TraceScript.Check(Switch(steps), verdict);

    // The entries of B have VMID 6 alone, so a TLBI under VMID 6 removes them.
    [Fact]
    public void A_TLBI_under_the_new_VMID_is_enough() => TraceScript.Check(
        Switch("A; I; B; I; 6; I; 0 b000 = 0; ! 0 dsb ishst; ! 0 tlbi vmalle1is; ! 0 dsb ish; "
            + "@ 0 b000 = 60000070000703;"), 'l');

    // A root that was empty is filled.
    [Theory]
    [InlineData("A; I; B; 6; 0 8000 = 9003; I;", 'l')]
    [InlineData("A; I; 6; B; I; 0 8000 = 9003;", 'l')]
    [InlineData("A; I; B; @ 0 8000 = 9003; 6; I;", 'v')]
    public void A_root_is_filled_under_a_VMID(string steps, char verdict) =>
        TraceScript.Check(Switch("0 8000 = 0; 0 dsb ish; " + steps), verdict);

    // Pages that are not global; the ASID stands in front of the root. ASID 1 of two VMIDs are two contexts.
    [Theory]
    [InlineData("1 A; I; 6; 1 B; I; 5; 2 B; I;", 'l')]
    [InlineData("1 A; I; 6; 1 B; I; 5; @ 1 B; I;", 'v')]
    [InlineData("1 A; I; 6; 2 A; I; 5; 2 B; I;", 'l')]
    [InlineData("1 A; I; 6; 2 A; I; @ 2 B; I;", 'v')]
    [InlineData("1 A; I; 3 A; I; 6; 1 B; I; 5; @ 3 B; I;", 'v')]
    [InlineData("1 A; I; 6; 3 B; I; 5; 2 B; I; @ 1 B; I;", 'v')]
    // ASID 0 is not recorded.
    [InlineData("0 A; I; 6; 1 B; I; 5; @ 2 B; I;", 'v')]
    [InlineData("1 A; I; 6; 0 A; I; @ 2 B; I;", 'v')]
    public void An_ASID_is_one_of_a_VMID(string steps, char verdict)
    {
        string trace = Switch(steps.Replace("1 A;", "0 ttbr0_el1 1000000001000;", StringComparison.Ordinal)
            .Replace("2 A;", "0 ttbr0_el1 2000000001000;", StringComparison.Ordinal)
            .Replace("3 A;", "0 ttbr0_el1 3000000001000;", StringComparison.Ordinal)
            .Replace("0 A;", "0 ttbr0_el1 1000;", StringComparison.Ordinal)
            .Replace("1 B;", "0 ttbr0_el1 1000000008000;", StringComparison.Ordinal)
            .Replace("2 B;", "0 ttbr0_el1 2000000008000;", StringComparison.Ordinal)
            .Replace("3 B;", "0 ttbr0_el1 3000000008000;", StringComparison.Ordinal));
        TraceScript.Check(trace.Replace("703;", "f03;", StringComparison.Ordinal)
            .Replace("0 3008 = 60000040200701; ", "", StringComparison.Ordinal), verdict);
    }
}
