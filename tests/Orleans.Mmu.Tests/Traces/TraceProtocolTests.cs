using System.Text;
using Orleans.Mmu.Arm.BreakBeforeMake;
using Orleans.Mmu.Checking.Checks;
using Orleans.Mmu.Checking.Protocols;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Tests.Shared;
using Orleans.Mmu.Traces.Protocols;
using Orleans.Mmu.Verdicts.Checks;
using ZstdSharp;

namespace Orleans.Mmu.Tests.Traces;

/// <summary>What a recorded kernel did, as a protocol of the checker.</summary>
public sealed class TraceProtocolTests
{
    private const string Folder = "kernel-traces";
    private const string Repaint = "k618-mixed-256m-repaint.log.zst";

    private static readonly string[] Additional =
        ["isb", "dsb nsh", "msr ttbr0_el1, reserved_pg_dir", "msr ttbr1_el1, swapper_pg_dir", "isb", "dsb nsh", "isb"];

    [SharedFact(Folder)]
    public void The_recorded_repaint_is_the_merged_protocol_with_barriers_more()
    {
        string text = Protocol(_ => { });
        var builtIn = CheckedProtocols.Find("idmap-reserved")!;

        // Every step of the merged protocol comes in its order; the others are those that stand above.
        var rest = new Queue<string>(Steps(builtIn.File.Text));
        string[] more = [.. Steps(text).Where(step => !rest.TryPeek(out string? next) || next != step
            || rest.Dequeue() is null)];
        Assert.Empty(rest);
        Assert.Equal(Additional, more);
        Assert.Equal(CheckVerdict.Holds, Check(builtIn).Verdict);
        Assert.Equal(CheckVerdict.Holds, Check(CheckedProtocols.Parse("traced", text)).Verdict);
    }

    // CPU 1's TTBR1 to the reserved table, its TLBI, and the DSB behind it.
    [SharedTheory(Folder)]
    [InlineData(7773)]
    [InlineData(7775)]
    [InlineData(7776)]
    public void A_recording_without_a_step_is_a_protocol_that_is_violated(int step)
    {
        var report = Check(CheckedProtocols.Parse("traced", Protocol(lines => lines.RemoveAt(step))));

        Assert.Equal("tlb-conflict", report.Property?.Name);
    }

    [Theory]
    [InlineData("(barrier (id 0) (tid 0) isb)\n",
        "t.log:1: expected stores that split blocks, found none (--first and --last say which events are meant)")]
    [InlineData("(mem-write (id 0) (tid 0) (mem-order plain) (address 0x0) (value 0x701))\n"
        + "(mem-write (id 1) (tid 0) (mem-order plain) (address 0x0) (value 0x0))\n",
        "t.log:2: expected stores that split blocks and contiguous groups, found 0x0 changed from 0x701 to 0x0")]
    [InlineData("(mem-write (id 0) (tid 0) (mem-order plain) (address 0x0) (value 0x701))\n"
        + "(mem-write (id 1) (tid 1) (mem-order plain) (address 0x8) (value 0x701))\n",
        "t.log:2: expected stores of CPU 0 alone, found one of CPU 1")]
    [InlineData("(tlbi (id 0) (tid 0) vae1is (value 0x1))\n",
        "t.log:1: expected tlbi vmalle1 or vmalle1is in a repaint, found another TLBI")]
    public void A_window_that_is_no_repaint_is_refused(string trace, string error) => Assert.Equal(
        error, Assert.Throws<InputException>(() => TraceProtocol.Read(
            "t.log", new MemoryStream(Encoding.Latin1.GetBytes(trace)), new([BbmLevel.Level0]))).Message);

    private static IEnumerable<string> Steps(string text) => text.Split('\n').Select(l => l.Trim())
        .SkipWhile(l => !l.StartsWith("phase", StringComparison.Ordinal)).Where(l => l.Length > 0 && l[0] != '#');

    private static CheckReport Check(CheckedProtocol protocol) =>
        new ProtocolCheck(protocol, new CheckOptions { Cpus = 2 }, CancellationToken.None).Run();

    private static string Protocol(Action<List<string>> change)
    {
        using var stream = new DecompressionStream(File.OpenRead(Path.Combine(SharedFolder.Of(Folder), Repaint)));
        using var reader = new StreamReader(stream);
        List<string> lines = [.. reader.ReadToEnd().Split('\n')];
        change(lines);
        return TraceProtocol.Read(
            "repaint.log", new MemoryStream(Encoding.UTF8.GetBytes(string.Join('\n', lines))),
            new(BbmLevels.Parse("3,0", 8)!.Value) { First = 7761, Last = 65568 });
    }
}
