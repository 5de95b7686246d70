using System.Text.Json;
using Orleans.Mmu.Client.Rendering;
using Orleans.Mmu.Interfaces.Machines;
using Orleans.Mmu.Interfaces.Reports;
using Orleans.Mmu.Tests.Client;
using Orleans.Mmu.Tests.Viewer;

namespace Orleans.Mmu.Tests.Boot;

/// <summary>The pictures of a boot show walks and violations where and when they happened.</summary>
[Collection(nameof(OneSilo))]
public sealed class BootPictureTests(OneSilo lab)
{
    [Theory]
    [InlineData("spin", 1)]
    [InlineData("spin", 7)]
    [InlineData("live", 1)]
    [InlineData("idmap-only", 1)]
    public async Task Each_conflict_lies_between_the_store_that_made_it_and_the_flush(string protocol, long seed)
    {
        var report = await BootAsync(protocol, seed);
        var splits = StepsOf(report, 0).Where(e => IsSplit(e)).ToList();
        long flushed = StepsOf(report, 0).First(
            e => e.Began >= splits[^1].Ended && e.Name.StartsWith("tlbi ", StringComparison.Ordinal)).Ended;
        var conflicts = PlacedViolation.Of(report)
            .Where(p => p.Violation.Rule is "tlb-conflict" or "conflict-abort-possible").ToList();

        Assert.NotEmpty(conflicts);
        Assert.All(conflicts, conflict =>
        {
            // The first part of a split replaces a block that is aimed at.
            Assert.InRange(conflict.At, splits[0].Ended, flushed);
            var walks = report.Trace.Where(e => e.Kind == TraceEventKind.Walk && e.Cpu == conflict.Cpu).ToList();
            // The walk that conflicts stands at the conflict, and the walk of the other entry before it.
            Assert.Contains(walks, w => w.Began == conflict.At && w.Name.Contains(" page", StringComparison.Ordinal));
            Assert.Contains(walks, w => w.Began <= conflict.At && w.Name.Contains(" block", StringComparison.Ordinal));
        });
    }

    [Fact]
    public async Task A_parked_CPU_has_no_walk_while_the_tables_change()
    {
        var report = await BootAsync("idmap-reserved", 1);
        var splits = StepsOf(report, 0).Where(e => IsSplit(e)).ToList();
        var walks = report.Trace.Where(e => e.Kind == TraceEventKind.Walk && e.Cpu != 0).ToList();

        Assert.Empty(report.Violations);
        Assert.DoesNotContain(report.Trace, e => e.Kind == TraceEventKind.Violation);
        Assert.Contains(walks, w => w.Began < splits[0].Began && w.Name.Contains(" block", StringComparison.Ordinal));
        Assert.Contains(walks, w => w.Began > splits[^1].Ended && w.Name.Contains(" page", StringComparison.Ordinal));
        Assert.DoesNotContain(walks, w => w.Began >= splits[0].Began && w.Began <= splits[^1].Ended);
    }

    [Fact]
    public async Task Without_a_timeline_no_walk_is_kept() =>
        Assert.Empty((await lab.Boot(Lab.Small("asymmetric"), "spin", 1)).Report.Trace);

    [Theory]
    [InlineData("spin")]
    [InlineData("idmap-reserved")]
    public async Task The_diagram_of_a_boot(string protocol) =>
        Golden.Check($"mermaid-boot-{protocol}", MermaidTrace.Render(await BootAsync(protocol, 1)));

    [Fact]
    public async Task Perfetto_and_the_page_show_the_same()
    {
        var report = await BootAsync("spin", 1);
        var marks = report.Trace.Where(e => e.Kind != TraceEventKind.Step).ToList();
        using var json = JsonDocument.Parse(PerfettoTrace.Render(report));
        var instants = json.RootElement.GetProperty("traceEvents").EnumerateArray()
            .Where(e => e.GetProperty("ph").GetString() == "i")
            .Select(e => (e.GetProperty("tid").GetInt32(), e.GetProperty("name").GetString(),
                e.GetProperty("ts").GetDouble()));
        Assert.Equal(
            marks.Select(m => (m.Cpu, m.Name, m.Began / ChromeTrace.PicosecondsPerMicrosecond)).Order(),
            instants.Select(i => (i.Item1, i.Item2!, i.Item3)).Order());

        string text = Page.Text(await BootHtml.RenderAsync(report, null));
        Assert.All(marks, m => Assert.Contains(m.Name, text, StringComparison.Ordinal));
    }

    private async Task<BootReport> BootAsync(string protocol, long seed) =>
        (await lab.Boot(Lab.Small("asymmetric"), protocol, seed, trace: true)).Report;

    private static IEnumerable<TraceEvent> StepsOf(BootReport report, int cpu) =>
        report.Trace.Where(e => e.Kind == TraceEventKind.Step && e.Cpu == cpu).OrderBy(e => e.Began);

    private static bool IsSplit(TraceEvent step) => step.Name.StartsWith("split", StringComparison.Ordinal);
}
