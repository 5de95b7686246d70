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

    [Theory]
    [InlineData("asymetric", "spin", "1", "machine: expected a built-in machine, found 'asymetric' (the nearest is "
        + "'asymmetric')")]
    [InlineData("asymmetric", "spun", "1", "protocol: expected a protocol that a boot can perform, found 'spun' (the "
        + "nearest is 'spin')")]
    [InlineData("symetric", "spin", "1", "machine: expected a built-in machine, found 'symetric' (the nearest is "
        + "'symmetric')")]
    [InlineData("", "spin", "1", "machine: expected a built-in machine, found ''")]
    [InlineData("no such machine at all", "spin", "1", "found 'no such machine at all'")]
    [InlineData("asymmetric", "idmap", "1", "found 'idmap' (the nearest are 'idmap-only' and 'idmap-reserved')")]
    [InlineData("asymmetric", "", "1", "protocol: expected a protocol that a boot can perform, found ''")]
    [InlineData("asymmetric", "<b>", "1", "protocol: expected a protocol that a boot can perform, found '<b>'")]
    [InlineData("asymmetric", "spin", "x", "seed: expected a whole number of 64 bits, found 'x'")]
    [InlineData("asymmetric", "spin", "", "seed: expected a whole number of 64 bits, found ''")]
    [InlineData("asymmetric", "spin", "1.5", "seed: expected a whole number of 64 bits, found '1.5'")]
    [InlineData("asymmetric", "spin", "9223372036854775808", "found '9223372036854775808'")]
    [InlineData("asymmetric", "spin", "1\u202e", "seed: expected a whole number of 64 bits, found '1\\u202e'")]
    public async Task A_boot_that_cannot_be_is_refused_in_a_sentence(
        string machine, string protocol, string seed, string sentence)
    {
        using var answer = await lab.PostAsync(
            "/machines", ("machine", machine), ("protocol", protocol), ("seed", seed));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(sentence, Page.Text(await answer.Content.ReadAsStringAsync()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("machine: expected one value, found 0", "protocol=spin&seed=1")]
    [InlineData("machine: expected one value, found 2", "machine=asymmetric&machine=sm8650&protocol=spin&seed=1")]
    [InlineData("protocol: expected one value, found 0", "machine=asymmetric&seed=1")]
    [InlineData("seed: expected one value, found 0", "machine=asymmetric&protocol=spin")]
    [InlineData("seed: expected one value, found 2", "machine=asymmetric&protocol=spin&seed=1&seed=2")]
    [InlineData("force: expected on, or nothing, found 'off'", "machine=asymmetric&protocol=spin&seed=1&force=off")]
    [InlineData("quiet: expected on, or nothing, found '9'", "machine=asymmetric&protocol=spin&seed=1&quiet=9")]
    public async Task A_field_that_no_form_of_a_page_sends_is_refused(string sentence, string form)
    {
        using var content = new StringContent(form, null, "application/x-www-form-urlencoded");
        using var answer = await lab.Http.PostAsync(new Uri("/machines", UriKind.Relative), content);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(sentence, Page.Text(await answer.Content.ReadAsStringAsync()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0", "cpus: expected 1 to 4, found '0'")]
    [InlineData("9", "cpus: expected 1 to 4, found '9'")]
    [InlineData("-1", "cpus: expected 1 to 4, found '-1'")]
    [InlineData("x", "cpus: expected 1 to 4, found 'x'")]
    [InlineData("", "cpus: expected 1 to 4, found ''")]
    [InlineData("99999999999", "cpus: expected 1 to 4, found '99999999999'")]
    public async Task A_check_of_another_number_of_CPUs_is_refused_in_a_sentence(string cpus, string sentence)
    {
        using var answer = await lab.PostAsync("/protocols/spin", ("cpus", cpus));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(sentence, Page.Text(await answer.Content.ReadAsStringAsync()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_no_form_is_refused_in_a_sentence()
    {
        using var text = new StringContent("machine=asymmetric");
        using var answer = await lab.Http.PostAsync(new Uri("/machines", UriKind.Relative), text);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("expected a form of at most 4096 bytes",
            Page.Text(await answer.Content.ReadAsStringAsync()), StringComparison.Ordinal);
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

    [Theory]
    [InlineData("Origin", "https://elsewhere.example")]
    [InlineData("Origin", "null")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    public async Task A_form_of_another_site_starts_nothing(string header, string value)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/machines")
        {
            Content = new FormUrlEncodedContent(
                [new("machine", "asymmetric"), new("protocol", "spin"), new("seed", "1")]),
        };
        request.Headers.Add(header, value);
        using var answer = await lab.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }
}
