using System.Text;
using Orleans.Mmu.Arm.BreakBeforeMake;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Traces.Lint;

namespace Orleans.Mmu.Tests.Traces;

/// <summary>
/// The first value of TCR_EL1.AS counts from the beginning, also for what came before it; and what --first, --last and
/// --at name where ids repeat or do not ascend.
/// </summary>
public sealed class LintFirstTcrTests
{
    private const ulong Output = 0x4000_0000;
    private const ulong NotGlobal = 1UL << 11;
    private const ulong Other = 0x1_1000;

    // 4K pages, 48 bits in either half; with AS, ASIDs have 16 bits.
    private const ulong Tcr = 2UL << 30 | 16UL << 16 | 16;
    private const ulong LongAsids = 1UL << 36;

    private static string With(TraceText trace, ulong? tcr) =>
        TraceText.Verdicts(tcr is { } value ? trace.Register("tcr_el1", value) : trace);

    private static TraceText Tree(TraceText trace, ulong offset, ulong output) => trace
        .Write(TraceText.Pmd + offset, TraceText.Block(output) | NotGlobal)
        .Write(TraceText.Pud + offset, (TraceText.Pmd + offset) | 3)
        .Write(TraceText.Root + offset, (TraceText.Pud + offset) | 3);

    [Theory]
    [InlineData(Tcr, "llll")]
    [InlineData(Tcr | LongAsids, "vvvv")]
    [InlineData(null, "vvvv")]
    public void A_TLBI_before_it_names_an_ASID_of_8_bits(ulong? tcr, string verdicts) => Assert.Equal(
        verdicts, With(
            Tree(new(), 0, Output).Dsb().Register("ttbr0_el1", 0x0101UL << 48 | TraceText.Root).Isb()
                .Write(TraceText.Pmd, 0).Flush("vae1is", 0x0001UL << 48)
                .Write(TraceText.Pmd, TraceText.Block(2 * Output) | NotGlobal), tcr));

    [Theory]
    [InlineData(Tcr, "vvvv")]
    [InlineData(Tcr | LongAsids, "llll")]
    [InlineData(null, "llll")]
    public void A_switch_before_it_is_one_of_8_bits(ulong? tcr, string verdicts) => Assert.Equal(
        verdicts, With(
            Tree(Tree(new(), 0, Output), Other - TraceText.Root, 2 * Output).Dsb()
                .Register("ttbr0_el1", 0x0101UL << 48 | TraceText.Root).Isb()
                .Register("ttbr0_el1", 0x0001UL << 48 | Other).Isb(), tcr));

    private static LintResult Run(LintRequest request, params int[] ids)
    {
        var text = new StringBuilder();
        foreach (int id in ids)
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"(barrier (id {id}) (tid 0) isb)\n");
        return CasemateLint.Run(
            "t.log", new MemoryStream(Encoding.Latin1.GetBytes(text.ToString())), request, null,
            CancellationToken.None);
    }

    private static readonly BbmLevel[] Levels = [BbmLevel.Level0];

    // Reading ends before the first line of a larger id.
    [Theory]
    [InlineData(2UL, 3)]
    [InlineData(1UL, 1)]
    [InlineData(9UL, 6)]
    public void Last_takes_in_every_line_of_its_id_until_a_larger_one(ulong last, int events) =>
        Assert.Equal(events, Run(new(Levels) { Last = last }, 1, 2, 2, 3, 2, 4).Events);

    [Theory]
    [InlineData(5UL, 4UL, "t.log:5: expected an event from 5 to 4, found none")]
    [InlineData(5UL, null, "t.log:4: expected an event from 5 to the last one, found none")]
    [InlineData(null, 0UL, "t.log:1: expected an event from 0 to 0, found none")]
    public void A_window_without_events_is_refused(ulong? first, ulong? last, string message)
    {
        int[] ids = last == 4 ? [1, 2, 3, 4, 5] : [1, 2, 3, 4];
        Assert.Equal(message, Assert.Throws<InputException>(
            () => Run(new(Levels) { First = first, Last = last }, ids)).Message);
    }

    [Theory]
    [InlineData(0UL, "t.log:1: expected event 0 or an earlier one first, found 1")]
    [InlineData(9UL, "t.log:4: expected an event 9 or a later one, found 3 as the last that is read")]
    public void A_state_that_the_trace_does_not_have_is_refused(ulong at, string message) => Assert.Equal(
        message, Assert.Throws<InputException>(() => Run(new(Levels) { At = at }, 1, 2, 2, 3)).Message);

    // The register's write in the second line of id 2 belongs to the state behind event 2.
    [Fact]
    public void At_is_behind_every_line_of_its_id()
    {
        string text = "(barrier (id 1) (tid 0) isb)\n"
            + "(sysreg-write (id 2) (tid 0) (sysreg ttbr0_el1) (value 0x1000))\n"
            + "(sysreg-write (id 2) (tid 0) (sysreg ttbr0_el1) (value 0x2000))\n"
            + "(sysreg-write (id 3) (tid 0) (sysreg ttbr0_el1) (value 0x3000))\n";
        var state = CasemateLint.Run(
            "t.log", new MemoryStream(Encoding.Latin1.GetBytes(text)), new(Levels) { At = 2 }, null,
            CancellationToken.None).At;
        Assert.Contains("0000000000002000", state!.Registers, StringComparison.Ordinal);
    }
}
