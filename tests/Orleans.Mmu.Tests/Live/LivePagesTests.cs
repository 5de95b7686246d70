using System.Net;
using Orleans.Mmu.Tests.Viewer;

namespace Orleans.Mmu.Tests.Live;

/// <summary>The pages of a silo over HTTP.</summary>
[Collection(nameof(LiveLab))]
public sealed class LivePagesTests(LiveLab lab)
{
    [Fact]
    public async Task A_boot_is_followed_to_its_report()
    {
        string key = await lab.BootAsync("asymmetric", "spin", "1");
        string verdict;
        await using (var page = await OpenPage.OfAsync(lab.Http, key))
            verdict = await page.EndAsync();

        Assert.StartsWith("Does asymmetric come up with an intact map under spin, seed 1? ✗ No:",
            Page.Heading(verdict), StringComparison.Ordinal);
        Assert.Contains("What each CPU did", verdict, StringComparison.Ordinal);
        string html = await lab.PageAsync($"/machines/{key}");
        Page.AssertSelfContained(html);
        Assert.Contains(verdict, html, StringComparison.Ordinal);
        Assert.DoesNotContain("data-events", html, StringComparison.Ordinal);
        Assert.Contains($"/machines/{key}", await lab.PageAsync("/"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fifty_open_pages_call_no_CPU()
    {
        string alone = await lab.BootAsync("asymmetric", "idmap-reserved", "1");
        await using (var page = await OpenPage.OfAsync(lab.Http, alone))
            await page.EndAsync();

        var held = lab.Hold();
        string watched = await lab.BootAsync("asymmetric", "idmap-reserved", "1");
        var pages = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => OpenPage.OfAsync(lab.Http, watched)));
        string whole = await lab.PageAsync($"/machines/{watched}");
        Assert.Equal(1, lab.Watches.Count);
        held.SetResult();
        string[] verdicts = await Task.WhenAll(pages.Select(p => p.EndAsync()));
        foreach (var page in pages)
            await page.DisposeAsync();

        Assert.EndsWith(
            "✓ Yes: no violation.", Page.Heading(Assert.Single(verdicts.Distinct())), StringComparison.Ordinal);
        Assert.NotEqual(0, lab.CpuCalls(alone));
        Assert.Equal(lab.CpuCalls(alone), lab.CpuCalls(watched));
        // The page was whole before any event, and says where they come from.
        Page.AssertSelfContained(whole);
        Assert.Contains($"data-events=\"/machines/{watched}/events\"", whole, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_list_has_a_form_and_says_what_a_page_may_load()
    {
        using var answer = await lab.Http.GetAsync(new Uri("/", UriKind.Relative));
        string html = await answer.Content.ReadAsStringAsync();
        Page.AssertSelfContained(html);
        Assert.Contains("<form", html, StringComparison.Ordinal);
        string policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
        Assert.All(
            (string[])["default-src 'none'", "connect-src 'self'", "form-action 'self'", "frame-ancestors 'none'"],
            rule => Assert.Contains(rule, policy, StringComparison.Ordinal));
        Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
    }

    // A form that is refused leaves its address in the browser.
    [Fact]
    public async Task The_address_of_the_form_leads_to_the_list()
    {
        using var answer = await lab.Http.GetAsync(new Uri("/machines", UriKind.Relative));

        Assert.Equal((HttpStatusCode.Redirect, "/"), (answer.StatusCode, answer.Headers.Location?.ToString()));
    }

    [Theory]
    [InlineData("/nothing")]
    [InlineData("/machine/x/y")]
    [InlineData("/protocols/spin/more")]
    public async Task An_address_of_no_page_is_answered_with_a_page(string address)
    {
        using var answer = await lab.Http.GetAsync(new Uri(address, UriKind.Relative));
        string html = await answer.Content.ReadAsStringAsync();

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Page.AssertSelfContained(html);
        Assert.Equal("No such page", Page.Heading(html));
    }

    [Fact]
    public async Task Every_protocol_has_a_page_and_a_check_shows_the_counterexample()
    {
        Assert.Contains("/protocols/spin", await lab.PageAsync("/protocols"), StringComparison.Ordinal);
        Page.AssertSelfContained(await lab.PageAsync("/protocols/spin"));
        using var answer = await lab.PostAsync("/protocols/spin", ("cpus", "2"));
        string html = await answer.Content.ReadAsStringAsync();
        Page.AssertSelfContained(html);
        Assert.Contains("✗ No: tlb-conflict.", Page.Heading(html), StringComparison.Ordinal);
        Assert.Contains("id=\"moment-1\"", html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/machines/nosuch", HttpStatusCode.NotFound)]
    [InlineData("/protocols/nosuch", HttpStatusCode.NotFound)]
    public async Task What_is_not_there_is_said(string path, HttpStatusCode expected)
    {
        using var answer = await lab.Http.GetAsync(new Uri(path, UriKind.Relative));
        Assert.Equal(expected, answer.StatusCode);
        Page.AssertSelfContained(await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_name_that_is_not_loopback_gets_nothing()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        request.Headers.Host = "rebound.example";
        using var answer = await lab.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.MisdirectedRequest, answer.StatusCode);
        Assert.DoesNotContain("<form", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }
}
