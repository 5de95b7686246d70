using System.Globalization;
using System.Text.RegularExpressions;
using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Tests.Client;

namespace Orleans.Mmu.Tests.Viewer;

/// <summary>--html of cost, decay and tlb: the answer, charts, and beside each chart its numbers.</summary>
public sealed partial class FiguresPageTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("mmu");

    public void Dispose() => _directory.Delete(recursive: true);

    [Theory]
    [InlineData(2, "cost", "asymmetric", "--workload", "TRACE")]
    [InlineData(3, "decay", "no-bbml2", "--modules", "4", "--workload", "TRACE")]
    [InlineData(1, "tlb", "TRACE", "--core", "Cortex-A76", "--map", "4K,2M")]
    public async Task Every_chart_has_its_numbers_beside_it_and_no_colour_of_its_own(int most, params string[] args)
    {
        string html = await PageAsync(args);

        Page.AssertSelfContained(html);
        Assert.Matches("[?] .*[0-9].*", Page.Heading(html));
        var charts = Chart().Matches(html).Select(m => m.Value).ToList();
        Assert.InRange(charts.Count, 1, most);
        Assert.Equal(charts.Count, Regex.Count(html, "<div class=\"beside\">"));
        Assert.All(charts, c => Assert.DoesNotMatch("style=|font-|#[0-9a-f]{3}|(stroke|fill)=\"(?!none)", c));
        Assert.All(
            html.Split("<div class=\"beside\">")[1..], c => Assert.Contains("<table", c, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Cost_says_how_long_the_boot_stops_and_its_parts_are_the_whole()
    {
        string html = await PageAsync("cost", "asymmetric", "--workload", "TRACE");
        string text = Page.Text(html);
        string printed = (await CommandRun.WithoutSiloAsync("cost", "asymmetric", "--workload", Trace())).Out;

        string stops = Regex.Match(printed, "stopped for ([^ ]+ [a-z]+) while").Groups[1].Value;
        Assert.NotEmpty(stops);
        Assert.Contains($"CPUs for {stops} to turn blocks into pages", Page.Heading(html), StringComparison.Ordinal);
        Assert.Contains($"takes {stops}", text, StringComparison.Ordinal);
        int first = text.IndexOf("by kind of step", StringComparison.Ordinal);
        string kinds = text[first..text.IndexOf("more or fewer CPUs", StringComparison.Ordinal)];
        double shares = Regex.Matches(kinds, "([0-9.]+) %")
            .Sum(m => double.Parse(m.Groups[1].Value, CultureInfo.InvariantCulture));
        Assert.InRange(shares, 98, 102);
    }

    [Fact]
    public async Task Decay_begins_with_the_share_of_memory_in_blocks()
    {
        string heading = Page.Heading(await PageAsync("decay", "symmetric", "--modules", "4", "--programs", "4"));

        var shares = Regex.Match(heading, "events[?] ([0-9.]+) %, after ([0-9.]+) % at boot[.]");
        Assert.True(shares.Success, heading);
        double now = double.Parse(shares.Groups[1].Value, CultureInfo.InvariantCulture);
        Assert.InRange(now, 0, double.Parse(shares.Groups[2].Value, CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task A_protocol_is_shown_with_every_step_in_words()
    {
        string html = await PageAsync("check", "idmap-reserved", "--show");
        string printed = (await CommandRun.WithoutSiloAsync("check", "idmap-reserved", "--show")).Out;

        Page.AssertSelfContained(html);
        string text = Page.Text(html);
        var steps = printed.Split('\n').Where(l => l.StartsWith("    ", StringComparison.Ordinal)).Select(l => l.Trim())
            .Where(l => !l.StartsWith('#')).ToList();
        Assert.Equal(steps.Count, Regex.Count(html, "role=\"tooltip\""));
        Assert.All(steps, s => Assert.Contains(s, text, StringComparison.Ordinal));
        Assert.Contains("merged in 6.18", text, StringComparison.Ordinal);
    }

    private async Task<string> PageAsync(params string[] args)
    {
        string file = Path.Combine(_directory.FullName, "page.html");
        string[] given = [.. args.Select(a => a == "TRACE" ? Trace() : a), "--html", file];
        Assert.Equal(ExitCode.Done, (await CommandRun.WithoutSiloAsync(given)).Code);
        return await File.ReadAllTextAsync(file);
    }

    // Lackey's text: loads of the linear map.
    private string Trace()
    {
        string file = Path.Combine(_directory.FullName, "t.trace");
        File.WriteAllText(file, string.Concat(Enumerable.Range(0, 500).Select(i => string.Create(
            CultureInfo.InvariantCulture,
            $"I  ffff800080010000,4\n L {0xffff_0000_0000_0000 + (ulong)(i * 7919 % 900) * 4096:x},8\n"))));
        return file;
    }

    [GeneratedRegex("<svg class=\"chart\".*?</svg>", RegexOptions.Singleline)]
    private static partial Regex Chart();
}
