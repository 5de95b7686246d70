using Orleans.Mmu.Arm.BreakBeforeMake;

namespace Orleans.Mmu.Tests.Traces;

/// <summary>
/// What was cleared in a tree and not flushed may still be cached when a register comes to lead to another tree
/// (R_DDMVT), at whatever level it was cleared.
/// </summary>
public sealed class LintSwitchAfterClearTests
{
    private const ulong Other = 0x1_1000;

    // Under one ASID two tables below one address contradict each other, so only the root is left to be cleared. Under
    // two, global leaves do.
    // Under one ASID two tables below one address contradict each other, so only the root is left to be cleared. Under
    // two, global leaves do, whatever leads to them.
    [Theory]
    [InlineData(TraceText.Root, 1)]
    [InlineData(TraceText.Root, 2)]
    [InlineData(TraceText.Pud, 2)]
    [InlineData(TraceText.Pmd, 2)]
    public void A_cleared_descriptor_counts_until_it_is_flushed(ulong cleared, ulong asid)
    {
        Assert.Equal("vvvv", TraceText.Verdicts(Switch(WithoutFlush(cleared), asid)));
        Assert.Equal("llll", TraceText.Verdicts(Switch(WithoutFlush(cleared).Tlbi("vmalle1is").Dsb(), asid)));
        // The TLBI of the CPU for itself is enough, as it is the only one.
        Assert.Equal("llll", TraceText.Verdicts(Switch(WithoutFlush(cleared).Tlbi("vmalle1").Dsb("nsh"), asid)));
    }

    [Fact]
    public void The_message_says_that_no_table_holds_the_value_any_more()
    {
        string reason = Switch(WithoutFlush(TraceText.Root), asid: 1)
            .Lint(BbmLevel.Level2).Violation!.Reason;
        Assert.Contains("0x2003, replaced and not flushed, at input address 0x0 becomes 0x12003", reason,
            StringComparison.Ordinal);
    }

    // The reserved root between them ends the walks of the first tree.
    private static TraceText Switch(TraceText trace, ulong asid) => To(To(trace, 0x8000), asid << 48 | Other);

    // Two trees that map an address to different blocks; a CPU leaves the first, in which a descriptor is cleared.
    private static TraceText WithoutFlush(ulong cleared)
    {
        var trace = new TraceText();
        Tree(trace, 0, 0x4000_0000);
        Tree(trace, Other - TraceText.Root, 0x8000_0000);
        return To(trace.Dsb("ishst"), 1UL << 48 | TraceText.Root).Write(cleared, 0).Dsb("ishst");
    }

    private static void Tree(TraceText trace, ulong offset, ulong output) => trace
        .Write(TraceText.Pmd + offset, TraceText.Block(output))
        .Write(TraceText.Pud + offset, (TraceText.Pmd + offset) | 3)
        .Write(TraceText.Root + offset, (TraceText.Pud + offset) | 3);

    private static TraceText To(TraceText trace, ulong ttbr) =>
        trace.Add($"sysreg-write ID (sysreg ttbr0_el1) (value 0x{ttbr:x})").Add("barrier ID isb");
}
