using Orleans.Mmu.Tests.Viewer;
using Orleans.Mmu.Viewer.Documents;
using Orleans.Mmu.Viewer.Live;

namespace Orleans.Mmu.Tests.Live;

/// <summary>The page of one machine.</summary>
public sealed class MachinePageTests
{
    private const int LargestScripts = 10_000;

    [Fact]
    public async Task A_boot_shows_how_far_its_run_is_and_what_was_found()
    {
        string html = await LivePage.WriteAsync("sample-1", SampleMachine.Booting(12));
        Page.AssertSelfContained(html);
        Assert.Equal("sample boots under spin, seed 7", Page.Heading(html));
        string text = Page.Text(html);
        Assert.All((string[])[
            "Now: spin: park, 12 of 191", "12 of 191 secondaries wait for the flag", "Parked: CPUs 1-12",
            "blocks split 1,025",
            "12 in which CPUs speculated", "6 violations so far", "walked before the protocol began",
            "[ 0.000000] Booting Linux",
        ], part => Assert.Contains(part, text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_boot_that_was_refused_says_why_and_listens_to_nothing()
    {
        string html = await LivePage.WriteAsync("sample-1", SampleMachine.Refused);
        Assert.Contains("too many boots wait", Page.Text(html), StringComparison.Ordinal);
        Assert.DoesNotContain("data-events", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_machine_says_is_never_markup()
    {
        var sight = (MachineSight.Booting)SampleMachine.Booting(1);
        string html = await LivePage.FragmentAsync(new MachineSight.Booting(
            sight.Details with { Log = ["<script>alert(1)</script>"], Protocol = "<b>" }));
        Assert.DoesNotContain("<script>", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>", html, StringComparison.Ordinal);
    }

    [Fact]
    public void The_scripts_of_a_page_are_short() =>
        Assert.InRange(PageAssets.Script.Length + PageAssets.LiveScript.Length, 1, LargestScripts);
}
