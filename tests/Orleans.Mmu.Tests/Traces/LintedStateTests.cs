using System.Text;
using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.BreakBeforeMake;
using Orleans.Mmu.Arm.Dumps;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Traces.Lint;

namespace Orleans.Mmu.Tests.Traces;

/// <summary>The tables behind an event of a trace, as walk and audit read them.</summary>
public sealed class LintedStateTests
{
    private static string Split => TraceText.Tree(TraceText.Block(0x4000_0000), t => t.FillPte(0x4000_0000))
        .Write(TraceText.Pmd, TraceText.Pte | 3).ToString();

    [Theory]
    [InlineData(518UL, "0060000040000701", 3)]
    [InlineData(519UL, "0000000000004003", 4)]
    public void The_tables_are_those_behind_the_event(ulong at, string pmd, int pages)
    {
        var state = Lint(at).At!;

        var dump = TableDump.Read(new MemoryStream(state.Tables));
        Assert.True(dump.TryPage(new PhysicalAddress(TraceText.Pmd), out var page));
        Assert.Equal((pmd, pages), ($"{BitConverter.ToUInt64(page.Span):x16}", dump.Count));
        Assert.Equal(
            "cpu0 TTBR0_EL1 = 0x0000000000001000\ncpu1 TTBR0_EL1 = 0x0000000000001000\n", state.Registers);
    }

    [Fact]
    public void An_event_behind_the_last_is_refused() => Assert.Equal(
        "t.log:520: expected an event 600 or a later one, found 519 as the last that is read",
        Assert.Throws<InputException>(() => Lint(600)).Message);

    private static LintResult Lint(ulong at) => CasemateLint.Run(
        "t.log", new MemoryStream(Encoding.Latin1.GetBytes(Split)), new([BbmLevel.Level2NoAbort]) { At = at }, null,
        CancellationToken.None);
}
