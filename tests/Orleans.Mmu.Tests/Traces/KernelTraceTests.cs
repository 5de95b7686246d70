using System.Text;
using Orleans.Mmu.Arm.BreakBeforeMake;
using Orleans.Mmu.Tests.Shared;
using Orleans.Mmu.Traces.Lint;
using ZstdSharp;

namespace Orleans.Mmu.Tests.Traces;

/// <summary>Traces of real kernels in ../shared/kernel-traces, with the verdicts that are right for them.</summary>
public sealed class KernelTraceTests
{
    private const string Folder = "kernel-traces";
    private const string Repaint = "k618-mixed-256m-repaint.log.zst";
    private const string Boot = "k618-mixed-256m.log.zst";

    [SharedTheory(Folder)]
    [InlineData(Repaint, "3", null, 0)]
    [InlineData(Repaint, "2", null, 416)]
    [InlineData(Repaint, "3,0", null, 0)]
    [InlineData(Repaint, "0", 8291, 0)]
    [InlineData(Repaint, "1", 8291, 0)]
    [InlineData(Repaint, "0,3", 8291, 0)]
    [InlineData(Boot, "3", null, 0)]
    [InlineData(Boot, "3,0", null, 0)]
    [InlineData(Boot, "0", 3656, 0)]
    public void A_recorded_kernel_has_its_verdict_at_each_level(string file, string levels, int? at, int mayAbort)
    {
        using var stream = new DecompressionStream(File.OpenRead(Path.Combine(SharedFolder.Of(Folder), file)));

        var result = Lint(stream, levels);

        Assert.Equal(at, (int?)result.Violation?.Event);
        if (at is null)
            Assert.Equal(mayAbort, result.MayAbort);
    }

    // CPU 1's TTBR1 to the reserved table, ISB, TLBI, DSB.
    [SharedTheory(Folder)]
    [InlineData(7773)]
    [InlineData(7774)]
    [InlineData(7775)]
    [InlineData(7776)]
    public void Without_a_step_of_the_dance_CPU_1_breaks(int step)
    {
        var violation = Mutant(lines => lines.RemoveAt(step)).Violation;

        Assert.Equal((8291UL, 1), (violation!.Event, violation.Cpu));
    }

    [SharedFact(Folder)]
    public void A_CPU_that_returns_early_breaks()
    {
        var violation = Mutant(lines =>
        {
            string back = lines[65561];
            lines.RemoveAt(65561);
            lines.Insert(40000, back);
        }).Violation;

        Assert.Equal(1, violation!.Cpu);
    }

    private static LintResult Mutant(Action<List<string>> change)
    {
        using var stream = new DecompressionStream(File.OpenRead(Path.Combine(SharedFolder.Of(Folder), Repaint)));
        using var reader = new StreamReader(stream);
        List<string> lines = [.. reader.ReadToEnd().Split('\n')];
        change(lines);
        return Lint(new MemoryStream(Encoding.UTF8.GetBytes(string.Join('\n', lines))), "3,0");
    }

    private static LintResult Lint(Stream stream, string levels) => CasemateLint.Run(
        "t.log", stream, BbmLevels.Parse(levels, 8)!.Value, CasemateLint.MaxPages, null, CancellationToken.None);
}
