using Orleans.Mmu.Client.Rendering;
using Orleans.Mmu.Interfaces.Reports;
using Orleans.Mmu.Tests.Viewer;
using Orleans.Mmu.Viewer.Boots;

namespace Orleans.Mmu.Tests.Client;

/// <summary>The pictures of a boot of 192 CPUs, each of which has walks that matter, can be read.</summary>
public sealed class LargeBootPictureTests
{
    private const int Cpus = 192;
    private const int Walks = 6;
    private const int MostLines = 60;
    private const int LargestPage = 3_000_000;

    [Fact]
    public void A_diagram_says_what_it_leaves_out()
    {
        string diagram = MermaidTrace.Render(SampleReports.Spin with
        {
            Cpus = [.. Enumerable.Range(0, Cpus).Select(i => SampleReports.Spin.Cpus[2] with { Id = i })],
            Violations = [],
            Trace = [.. Trace],
        });

        Assert.Contains($"183 more CPUs are not shown, with {183 * Walks} walks that matter and 0 violations", diagram,
            StringComparison.Ordinal);
        Assert.Contains("walks page 3<br/>and 2 more walks", diagram, StringComparison.Ordinal);
        Assert.InRange(diagram.Count(c => c == '\n'), 1, MostLines);
    }

    [Fact]
    public async Task A_page_has_a_lane_for_neighbours_that_see_the_same()
    {
        var lanes = TimelineLane.Of(Trace, new HashSet<int>(), most: 16);
        Assert.Equal(["CPU 0", "CPUs 1-191"], lanes.Select(l => l.Name));
        Assert.Equal(Walks, lanes[1].Marks.Length);

        string html = await BootHtml.RenderAsync(
            SampleReports.Spin with { Violations = [], Trace = [.. Trace] }, null);
        Page.AssertSelfContained(html);
        Assert.InRange(html.Length, 1, LargestPage);
        Assert.Contains("CPUs 1-191 walks page 0", Page.Text(html), StringComparison.Ordinal);
    }

    private static IEnumerable<TraceEvent> Trace =>
        Enumerable.Range(1, Cpus - 1).Select(cpu => new TraceEvent(cpu, "flag += 1", "park", 10, 5))
            .Append(new(0, "split", "repaint", 5_000, 100_000))
            .Concat(Enumerable.Range(1, Cpus - 1).SelectMany(cpu => Enumerable.Range(0, Walks).Select(
                walk => new TraceEvent(cpu, $"walks page {walk}", "repaint", 105_000, 0)
                {
                    Kind = TraceEventKind.Walk,
                })));
}
