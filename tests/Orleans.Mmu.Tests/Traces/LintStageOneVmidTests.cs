namespace Orleans.Mmu.Tests.Traces;

/// <summary>
/// Entries of stage 1 of EL1 have the VMID that VTTBR_EL2 had when they were made, and TLBIs of one VMID leave those of
/// others (R_NWYRD).
/// </summary>
public sealed class LintStageOneVmidTests
{
    private const ulong Output = 0x4000_0000;
    private const ulong NotGlobal = 1UL << 11;
    private const ulong Asid = 1UL << 48;
    private const ulong Empty = 0xc000;
    private const ulong Stage2 = 0xe000;

    private static TraceText Vmid(TraceText trace, ulong vmid, int cpu = 0) =>
        trace.Register("vttbr_el2", vmid << 48 | (Stage2 + (vmid << 12)), cpu).Isb(cpu);

    private static TraceText Tables(ulong root, ulong leaf = 0) => new TraceText().Write(root, (root + 0x1000) | 3)
        .Write(root + 0x1000, (root + 0x2000) | 3).Write(root + 0x2000, TraceText.Block(Output + (root << 12)) | leaf)
        .Dsb();

    // CPU 0 walks the tree under VMID 5, and then the hypervisor changes to VMID 6.
    private static TraceText Guest(ulong leaf = 0) =>
        Vmid(new TraceText().Append(Tables(TraceText.Root, leaf)), 5)
            .Register("ttbr0_el1", Asid | TraceText.Root).Isb();

    [Theory]
    [InlineData(6UL, "vmalle1is", null, "vvvv")]
    [InlineData(6UL, "vaae1is", 0UL, "vvvv")]
    [InlineData(6UL, "vae1is", Asid, "vvvv")]
    [InlineData(6UL, "aside1is", Asid, "vvvv")]
    [InlineData(6UL, "vmalls12e1is", null, "vvvv")]
    [InlineData(6UL, "alle1is", null, "llll")]
    [InlineData(5UL, "vmalle1is", null, "llll")]
    [InlineData(5UL, "vaae1is", 0UL, "llll")]
    [InlineData(5UL, "vae1is", Asid, "llll")]
    [InlineData(5UL, "aside1is", Asid, "llll")]
    [InlineData(5UL, "vmalls12e1is", null, "llll")]
    public void A_TLBI_names_one_VMID(ulong vmid, string tlbi, ulong? value, string verdicts)
    {
        var trace = Guest(NotGlobal).Write(TraceText.Pmd, 0).Dsb();
        Vmid(trace, vmid).Tlbi(tlbi, value).Dsb();
        Assert.Equal(verdicts, TraceText.Verdicts(
            trace.Write(TraceText.Pmd, TraceText.Block(2 * Output) | NotGlobal)));
    }

    // A TLBI for each VMID under which the tree was walked.
    [Theory]
    [InlineData(true, "llll")]
    [InlineData(false, "vvvv")]
    public void TLBIs_of_two_VMIDs_add_up(bool both, string verdicts)
    {
        var trace = Vmid(Guest(), 6).Write(TraceText.Pmd, 0).Dsb().Tlbi("vmalle1is").Dsb();
        if (both)
            Vmid(trace, 5).Tlbi("vmalle1is").Dsb();
        Assert.Equal(verdicts, TraceText.Verdicts(trace.Write(TraceText.Pmd, TraceText.Block(2 * Output))));
    }

    // The register leads to another tree with the same ASID. Between two writes of registers no walk begins.
    [Theory]
    [InlineData(6UL, "llll")]
    [InlineData(5UL, "vvvv")]
    public void Entries_of_two_VMIDs_do_not_meet(ulong vmid, string verdicts) => Assert.Equal(
        verdicts, TraceText.Verdicts(Vmid(Guest().Append(Tables(0x8000)), vmid)
            .Register("ttbr0_el1", Asid | 0x8000).Isb()));

    // A CPU that has left a tree still holds what it read under another VMID than that of the TLBI.
    [Theory]
    [InlineData(6UL, "vvvv")]
    [InlineData(5UL, "llll")]
    public void A_tree_that_a_CPU_has_left_keeps_entries_of_another_VMID(ulong vmid, string verdicts)
    {
        var trace = Guest().Append(Tables(0x8000)).Register("ttbr0_el1", Asid | Empty).Isb();
        Vmid(trace, vmid).Tlbi("vmalle1").Dsb("nsh");
        Assert.Equal(verdicts, TraceText.Verdicts(
            Vmid(trace, 5).Register("ttbr0_el1", Asid | 0x8000).Isb()));
    }

    // The hypervisor flushes a guest between two ISBs, while the register leads to the host's tree.
    [Fact]
    public void A_VMID_that_is_in_use_for_TLBIs_alone_has_no_entries()
    {
        var trace = Vmid(Guest(), 6).Tlbi("ipas2e1is", 0).Dsb().Tlbi("vmalle1is").Dsb();
        Assert.Equal("llll", TraceText.Verdicts(Vmid(trace, 5).Write(TraceText.Pmd, 0).Flush("vmalle1is")
            .Write(TraceText.Pmd, TraceText.Block(2 * Output))));
    }

    [Fact]
    public void The_reason_names_the_VMID()
    {
        var trace = Guest().Write(TraceText.Pmd, 0).Dsb();
        var found = Vmid(trace, 6).Tlbi("vmalle1is").Dsb().Write(TraceText.Pmd, TraceText.Block(2 * Output))
            .Lint(default).Violation!;
        Assert.Contains(
            "leaves entries that were read under another VMID (R_NWYRD)", found.Reason, StringComparison.Ordinal);
    }
}
