using Orleans.Mmu.Arm.BreakBeforeMake;
using static Orleans.Mmu.Tests.Traces.ShapedLeaf;

namespace Orleans.Mmu.Tests.Traces;

/// <summary>TCR_EL1.AS and VTCR_EL2.VS: whether an ASID and a VMID have 8 bits or 16.</summary>
public sealed class LintShortIdTests
{
    private const ulong Other = 0x300_0000;
    private const ulong NotGlobal = 1UL << 11;

    // 4K pages, 48 bits in either half.
    private const ulong Tcr = 2UL << 30 | 16UL << 16 | 16;
    private const ulong LongAsids = Tcr | 1UL << 36;
    private const ulong Vtcr = 2UL << 6 | 16;
    private const ulong LongVmids = Vtcr | 1UL << 19;

    private static void Tables(TraceText trace, ulong root, ulong output) =>
        trace.Add($"hint ID (kind set_root_lock) (location 0x{root:x}) (value 0x9000)").Write(root, root + 0x1003)
            .Write(root + 0x1000, root + 0x2003).Write(root + 0x2000, TraceText.Block(output) | NotGlobal);

    private static TraceText Two(string control, ulong? value, string register)
    {
        var trace = value is { } written ? Register(new(), control, written) : new();
        Tables(trace, Root, Output);
        Tables(trace, Other, Moved);
        Register(trace, register, 1UL << 48 | Root).Add("barrier ID isb");
        return Register(trace, register, 0x101UL << 48 | Other);
    }

    [Theory]
    [InlineData("tcr_el1", Tcr, "ttbr0_el1", "vvvv")]
    [InlineData("tcr_el1", LongAsids, "ttbr0_el1", "llll")]
    [InlineData("tcr_el1", null, "ttbr0_el1", "llll")]
    [InlineData("vtcr_el2", Vtcr, "vttbr_el2", "vvvv")]
    [InlineData("vtcr_el2", LongVmids, "vttbr_el2", "llll")]
    [InlineData("vtcr_el2", null, "vttbr_el2", "llll")]
    public void The_upper_8_bits_tell_trees_apart(string control, ulong? value, string register, string verdicts) =>
        Assert.Equal(verdicts, TraceText.Verdicts(Two(control, value, register)));

    [Theory]
    [InlineData("tcr_el1", Tcr, "ttbr0_el1", null)]
    [InlineData("tcr_el1", null, "ttbr0_el1", "16 bits in an ASID of EL1, since the trace does not write TCR_EL1")]
    [InlineData("vtcr_el2", null, "vttbr_el2", "16 bits in a VMID of stage 2, since the trace does not write VTCR_EL2")]
    public void An_ID_of_16_bits_is_assumed_where_the_trace_does_not_say(
        string control, ulong? value, string register, string? assumed)
    {
        var said = Two(control, value, register).Lint(BbmLevel.Level2NoAbort).Assumed
            .Where(a => a.StartsWith("16 bits", StringComparison.Ordinal));
        Assert.Equal(assumed is null ? [] : [assumed], said);
    }

    // The first value of the register is the one that counted all along.
    [Theory]
    [InlineData(Tcr, 1UL, "llll")]
    [InlineData(Tcr, 2UL, "vvvv")]
    [InlineData(LongAsids, 1UL, "vvvv")]
    [InlineData(LongAsids, 0x101UL, "llll")]
    public void An_ASID_that_is_used_before_TCR_is_written_has_its_bits_too(ulong tcr, ulong asid, string verdicts)
    {
        var trace = new TraceText();
        Tables(trace, Root, Output);
        Register(Register(trace, "ttbr0_el1", 0x101UL << 48 | Root), "tcr_el1", tcr).Add("lock ID (address 0x9000)")
            .Write(Root + 0x2000, 0).Flush("vae1is", asid << 48)
            .Write(Root + 0x2000, TraceText.Block(Moved) | NotGlobal);
        Assert.Equal(verdicts, TraceText.Verdicts(trace));
    }

    [Theory]
    [InlineData(Vtcr, 1UL, "llll")]
    [InlineData(Vtcr, 2UL, "vvvv")]
    [InlineData(LongVmids, 1UL, "vvvv")]
    public void A_VMID_that_is_used_before_VTCR_is_written_has_its_bits_too(ulong vtcr, ulong vmid, string verdicts)
    {
        var trace = new TraceText();
        Tables(trace, Root, Output);
        Register(Register(trace, "vttbr_el2", 0x101UL << 48 | Root), "vtcr_el2", vtcr);
        Assert.Equal(verdicts, TraceText.Verdicts(Register(trace, "vttbr_el2", vmid << 48 | Root)));
    }

    [Theory]
    [InlineData(Tcr, 1UL, "llll")]
    [InlineData(Tcr, 0x201UL, "llll")]
    [InlineData(Tcr, 2UL, "vvvv")]
    [InlineData(LongAsids, 1UL, "vvvv")]
    [InlineData(LongAsids, 0x101UL, "llll")]
    public void A_TLBI_names_the_ASID_by_the_bits_that_count(ulong tcr, ulong asid, string verdicts)
    {
        var trace = Register(new(), "tcr_el1", tcr);
        Tables(trace, Root, Output);
        Register(trace, "ttbr0_el1", 0x101UL << 48 | Root).Add("lock ID (address 0x9000)").Write(Root + 0x2000, 0)
            .Flush("vae1is", asid << 48).Write(Root + 0x2000, TraceText.Block(Moved) | NotGlobal);
        Assert.Equal(verdicts, TraceText.Verdicts(trace));
    }
}
