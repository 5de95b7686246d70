using System.Collections.Immutable;
using Orleans.Mmu.Checking.Checks;
using Orleans.Mmu.Checking.Protocols;
using Orleans.Mmu.Client.Rendering;
using Orleans.Mmu.Verdicts.Checks;
using Orleans.Mmu.Verdicts.Counterexamples;
using Orleans.Mmu.Viewer.Documents;

namespace Orleans.Mmu.Tests.Viewer;

/// <summary>The page of a check.</summary>
public sealed class CheckPageTests
{
    private const int LargestCounterexample = 500_000;

    [Fact]
    public async Task Spin_says_verdict_question_and_which_load_makes_the_conflict()
    {
        var report = Check("spin", new() { Cpus = 3 });
        string html = await CheckHtml.RenderAsync(report, null);

        Page.AssertSelfContained(html);
        Assert.Equal(
            "Is spin safe on 3 CPUs (BBM level 3, 0, 0), whatever the CPUs speculate? "
            + "✗ No: tlb-conflict.", Page.Heading(html));
        var moments = Moments(html);
        Assert.Equal(13, moments.Length);
        Assert.Contains("the store behind it", moments[8], StringComparison.Ordinal);
        Assert.Contains("walks may see that store", moments[10], StringComparison.Ordinal);
        Assert.Contains("pmd(below text) = table", moments[10], StringComparison.Ordinal);
        Assert.Contains("this load makes the conflict", moments[11], StringComparison.Ordinal);
        Assert.Contains("CPU 1: speculative load of 0xffffff8000000000", moments[11], StringComparison.Ordinal);
        Assert.Contains("where they differ bit 1 alone", Page.Text(html), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_lanes_of_spin_say_which_load_caches_which_entry_and_whose_level_allows_both()
    {
        var report = Check("spin", new() { Cpus = 3 });
        string html = await CheckHtml.RenderAsync(report, null);
        var moments = Moments(html);

        Assert.Contains("data-start=\"12\"", html, StringComparison.Ordinal);
        Assert.Contains("2M block below text entry 1 cached by this load", moments[9], StringComparison.Ordinal);
        Assert.Contains("4K page 0 below text may hold from now on entry 2", moments[10], StringComparison.Ordinal);
        Assert.Contains("2M block below text entry 1 cached at event 10", moments[10], StringComparison.Ordinal);
        Assert.Contains("4K page 0 below text entry 2 cached by this load", moments[11], StringComparison.Ordinal);
        Assert.DoesNotContain("cached", moments[8], StringComparison.Ordinal);
        Assert.Contains("CPU 0 BBM level 3", moments[11], StringComparison.Ordinal);
        Assert.Contains("both entries at BBM level 3: allowed", moments[11], StringComparison.Ordinal);
        Assert.Contains("the same conflict as on CPU 1", moments[11], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_moment_shows_every_CPU_and_what_changed()
    {
        var report = Check("spin", new() { Cpus = 4 });
        var moments = Moments(await CheckHtml.RenderAsync(report, null));

        Assert.All(
            moments, (moment, i) => Assert.All(
                report.Counterexample!.Events[i].Lanes,
                lane =>
                {
                    Assert.Contains($"CPU {lane.Cpu} ", moment, StringComparison.Ordinal);
                    Assert.All(lane.Tlb, entry => Assert.Contains(entry, moment, StringComparison.Ordinal));
                    Assert.All(lane.Pending, p => Assert.Contains(p, moment, StringComparison.Ordinal));
                }));
        Assert.Single(
            moments, m => m.Contains("pmd(below text) = table 0x18000000409fe403 changed", StringComparison.Ordinal));
        Assert.Contains("pte[0](below text) = unfilled no walk leads here", moments[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_counterexample_fits_and_loads_nothing()
    {
        int violated = 0;
        foreach (var protocol in CheckedProtocols.All)
        {
            var report = Check(protocol.Name, new() { Cpus = 4 });
            if (report.Verdict != CheckVerdict.Violated)
                continue;
            violated++;
            string html = await CheckHtml.RenderAsync(report, null);
            Page.AssertSelfContained(html);
            Assert.InRange(html.Length, 1, LargestCounterexample);
        }

        Assert.InRange(violated, 10, 200);
    }

    [Fact]
    public async Task A_protocol_that_holds_shows_what_each_step_is_there_for()
    {
        var protocol = CheckedProtocols.Find("idmap-reserved")!;
        var options = new CheckOptions { AnyCpus = true };
        var matrix = MutantMatrix.Of(protocol, options, null, CancellationToken.None);
        string html = await CheckHtml.RenderAsync(Check("idmap-reserved", options), matrix);

        Page.AssertSelfContained(html);
        Assert.Equal(
            "Is idmap-reserved safe on any number of CPUs (BBM level 3, 0 …), whatever the CPUs "
            + "speculate? ✓ Yes: it holds.", Page.Heading(html));
        var linked = System.Text.RegularExpressions.Regex.Matches(html, "href=\"#(mutant-[0-9]+)\"")
            .Select(m => m.Groups[1].Value).ToList();
        Assert.Equal(matrix.Mutants.Count(m => m.Report.Verdict == CheckVerdict.Violated), linked.Count);
        Assert.All(linked, id => Assert.Contains($"<details id=\"{id}\"", html, StringComparison.Ordinal));
        Assert.Contains("The next DSB (step 9) waits for the same store", html, StringComparison.Ordinal);
    }

    [Fact]
    public void The_script_is_small() => Assert.InRange(PageAssets.Script.Length, 1, 10_000);

    [Fact]
    public void The_decisive_store_is_one_that_a_walk_of_the_entries_read()
    {
        foreach (var protocol in CheckedProtocols.All)
        {
            if (Check(protocol.Name, new() { Cpus = 2 }).Counterexample is not { DecisiveStore: { } index } found)
                continue;
            var store = found.Events[index];
            Assert.Equal(EventKind.Store, store.Kind);
            if (found.DecisiveStep is { } step)
            {
                Assert.InRange(step, 0, index - 1);
                Assert.Equal((EventKind.Step, store.Cpu), (found.Events[step].Kind, found.Events[step].Cpu));
            }

            var read = found.Entries.SelectMany(e => e.Walk).Select(d => d.Value).ToHashSet();
            var later = found.Events.Skip(index + 1).Where(e => e is { Kind: EventKind.Store, Store: not null });
            Assert.All(later, e => Assert.DoesNotContain(e.Value!.Value, read));
        }
    }

    private static CheckReport Check(string name, CheckOptions options) =>
        new ProtocolCheck(CheckedProtocols.Find(name)!, options, CancellationToken.None).Run();

    // The text of each moment.
    private static ImmutableArray<string> Moments(string html) =>
        [.. html.Split("<section class=\"moment\"")[1..].Select(m => Page.Text("<section" + m))];
}
