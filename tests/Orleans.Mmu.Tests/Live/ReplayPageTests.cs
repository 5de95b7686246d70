using System.Net;
using System.Text.RegularExpressions;
using Orleans.Mmu.Tests.Viewer;

namespace Orleans.Mmu.Tests.Live;

/// <summary>Grains perform a counterexample that a check on a page has found, and its page shows them.</summary>
[Collection(nameof(LiveLab))]
public sealed partial class ReplayPageTests(LiveLab lab)
{
    [Theory]
    [InlineData("spin")]
    [InlineData("reserved-on-stack")]
    public async Task A_counterexample_is_performed_and_ends_where_it_ends(string protocol)
    {
        using var checkedOnce = await lab.PostAsync($"/protocols/{protocol}", ("cpus", "2"));
        string number = Action().Match(await checkedOnce.Content.ReadAsStringAsync()).Groups[1].Value;
        using var begun = await lab.PostAsync(number);
        Assert.Equal(HttpStatusCode.SeeOther, begun.StatusCode);
        string key = begun.Headers.Location!.OriginalString["/machines/".Length..];
        await using (var page = await OpenPage.OfAsync(lab.Http, key))
            await page.EndAsync();

        string html = await lab.PageAsync($"/machines/{key}");
        Page.AssertSelfContained(html);
        string text = Page.Text(html);
        Assert.Contains("The grains end where the counterexample ends: in ", text, StringComparison.Ordinal);
        Assert.DoesNotContain("not performed", text, StringComparison.Ordinal);
        Assert.DoesNotContain("This differs", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_protocol_that_holds_has_nothing_to_perform()
    {
        using var answer = await lab.PostAsync("/protocols/idmap-reserved", ("cpus", "2"));
        Assert.DoesNotContain("/replays/", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_counterexample_that_is_not_kept_is_refused()
    {
        using var answer = await lab.PostAsync("/replays/nosuch");
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("check the protocol again", Page.Text(await answer.Content.ReadAsStringAsync()),
            StringComparison.Ordinal);
    }

    [GeneratedRegex("action=\"(/replays/[0-9a-f]+)\"")]
    private static partial Regex Action();
}
