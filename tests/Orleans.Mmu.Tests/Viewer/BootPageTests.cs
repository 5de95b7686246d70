using Orleans.Mmu.Client.Rendering;
using Orleans.Mmu.Interfaces.Reports;
using Orleans.Mmu.Tests.Client;
using Orleans.Mmu.Viewer.Boots;

namespace Orleans.Mmu.Tests.Viewer;

/// <summary>The page of a boot and the timeline in it.</summary>
public sealed class BootPageTests
{
    private const int LargestBoot = 3_000_000;

    [Fact]
    public async Task The_page_says_the_verdict_and_how_each_violation_came_about()
    {
        string html = await BootHtml.RenderAsync(SampleReports.Spin, null);

        Page.AssertSelfContained(html);
        Assert.Equal(
            "Does sample come up with an intact map under spin, seed 7? ✗ No: "
            + "3 violations, the first of tlb-conflict.",
            Page.Heading(html));
        string text = Page.Text(html);
        Assert.All(SampleReports.Spin.Violations, v => Assert.Contains(v.Message, text, StringComparison.Ordinal));
        Assert.Contains("walked before the protocol began", text, StringComparison.Ordinal);
        Assert.Contains("1G leaves 2 0", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Violations_stand_in_the_order_of_time_with_their_moments_and_the_first_is_told()
    {
        var first = SampleReports.Spin.Violations[0];
        TraceEvent[] moments =
        [
            new(4, first.Rule, "repaint", 7_000_000_000, 0) { Kind = TraceEventKind.Violation },
            new(2, first.Rule, "repaint", 9_000_000_000, 0) { Kind = TraceEventKind.Violation },
        ];
        string html = await BootHtml.RenderAsync(
            SampleReports.Spin with
            {
                Violations = [first with { Cpu = 2, Message = "later" }, first with { Cpu = 4, Message = "sooner" }],
                Trace = [.. moments],
            },
            null);

        string text = Page.Text(html);
        int sooner = text.IndexOf("at 7.0 ms: sooner", StringComparison.Ordinal);
        Assert.InRange(sooner, 0, text.IndexOf("at 9.0 ms: later", StringComparison.Ordinal));
        int open = html.IndexOf("<details open", StringComparison.Ordinal);
        Assert.InRange(
            open, html.IndexOf("sooner", StringComparison.Ordinal), html.IndexOf("later", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_boot_of_192_CPUs_fits()
    {
        var report = SampleReports.Spin with
        {
            Cpus = [.. Enumerable.Range(0, 192).Select(i => SampleReports.Spin.Cpus[2] with { Id = i })],
            Trace = [.. Trace(192)],
        };
        string html = await BootHtml.RenderAsync(report, null);

        Page.AssertSelfContained(html);
        Assert.InRange(html.Length, 1, LargestBoot);
        Assert.Contains("CPUs 4-191", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Neighbours_that_do_the_same_share_a_lane_and_a_violation_stands_alone()
    {
        var lanes = TimelineLane.Of(Trace(40), new HashSet<int> { 7 }, most: 16);

        Assert.Equal(["CPU 0", "CPUs 1-6", "CPU 7", "CPUs 8-39"], lanes.Select(l => l.Name));
        Assert.Equal([false, false, true, false], lanes.Select(l => l.Violates));
        var parked = lanes[3].Bars[0];
        Assert.Equal((8L * 10, 39L * 10 + 5), (parked.Began, parked.Ended));
    }

    [Fact]
    public void Few_CPUs_have_a_lane_each() =>
        Assert.Equal(16, TimelineLane.Of(Trace(16), new HashSet<int>(), most: 16).Length);

    private static IEnumerable<TraceEvent> Trace(int cpus) =>
        Enumerable.Range(1, cpus - 1).Select(cpu => new TraceEvent(cpu, "flag += 1", "park", cpu * 10, 5))
            .Append(new(0, "split", "repaint", 5_000, 100_000));
}
