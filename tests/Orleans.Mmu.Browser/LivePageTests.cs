using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using Orleans.Mmu.Silo.Live;

namespace Orleans.Mmu.Browser;

/// <summary>The pages of mmu serve.</summary>
[Collection(BrowserTests.Name)]
public sealed class LivePageTests(BrowserFixture browser) : IAsyncLifetime
{
    private LiveSilo? _silo;

    public async Task InitializeAsync()
    {
        if (BrowserFixture.Missing is null)
            _silo = await LiveSilo.StartAsync(0, CancellationToken.None);
    }

    public async Task DisposeAsync()
    {
        if (_silo is not null)
            await _silo.DisposeAsync();
    }

    [BrowserFact]
    public async Task A_boot_that_the_form_begins_comes_to_its_verdict_without_another_load()
    {
        await using var open = await OpenPage.AtAsync(browser, Address(""));
        await open.Page.GetByLabel("protocol").SelectOptionAsync("spin");
        await open.Page.GetByRole(AriaRole.Button, new() { Name = "Boot" }).ClickAsync();
        // The events of a page may go on before and after its load.
        await open.Page.WaitForURLAsync(
            "**/machines/*", new() { WaitUntil = WaitUntilState.Commit, Timeout = 600_000 });
        await open.Page.EvaluateAsync("window.isSamePage = true");

        await open.Page.Locator(".verdict").WaitForAsync(new() { Timeout = 600_000 });
        Assert.StartsWith("✗ No:", await open.Page.Locator(".verdict").InnerTextAsync(), StringComparison.Ordinal);
        Assert.True(await open.Page.EvaluateAsync<bool>("window.isSamePage === true"));
        Assert.Empty((await open.Page.RunAxe()).Violations.Select(v => $"{v.Id}: {v.Help}: {v.Nodes[0].Html}"));
        Assert.Empty(open.Complaints);
    }

    [BrowserFact]
    public async Task A_check_that_the_form_begins_is_stepped_through()
    {
        await using var open = await OpenPage.AtAsync(browser, Address("protocols/spin"));
        await open.Page.GetByRole(AriaRole.Button, new() { Name = "Check it" }).ClickAsync();
        await open.Page.Locator(".position").WaitForAsync(new() { Timeout = 600_000 });
        await open.Page.Keyboard.PressAsync("ArrowRight");
        Assert.StartsWith(
            "event 2 of", await open.Page.Locator(".position").InnerTextAsync(), StringComparison.Ordinal);
        Assert.Empty(open.Complaints);
    }

    [BrowserTheory]
    [InlineData("", 1600, false)]
    [InlineData("", 360, true)]
    [InlineData("protocols", 360, false)]
    [InlineData("protocols/spin", 360, true)]
    [InlineData("machines/nosuch", 360, false)]
    public async Task No_rule_of_axe_is_broken_and_no_page_scrolls_sideways(string path, int width, bool dark)
    {
        await using var open = await OpenPage.AtAsync(browser, Address(path), width, dark);
        var result = await open.Page.RunAxe();
        int overflow = await open.Page.EvaluateAsync<int>(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth");
        Assert.Empty(result.Violations.Select(v => $"{v.Id}: {v.Help}: {v.Nodes[0].Html}"));
        Assert.InRange(overflow, 0, 0);
    }

    private string Address(string path) => new Uri(_silo!.Address, path).AbsoluteUri;
}
