using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Orleans.Mmu.Browser;

/// <summary>The pages of mmu serve.</summary>
[Collection(BrowserTests.Name)]
public sealed partial class LivePageTests(BrowserLab lab)
{
    [GeneratedRegex("/machines/[^/]+$")]
    private static partial Regex MachineAddress { get; }

    [BrowserFact]
    public async Task A_boot_that_the_form_begins_comes_to_its_verdict_without_another_load()
    {
        await using var open = await OpenPage.AtAsync(lab.Browser, await lab.Live.AddressAsync(""));
        await open.Page.GetByLabel("protocol").SelectOptionAsync("spin");
        await open.Page.GetByRole(AriaRole.Button, new() { Name = "Boot" }).ClickAsync();
        // WaitForURLAsync would wait for an event of the navigation, which may have come before it is called.
        await Assertions.Expect(open.Page).ToHaveURLAsync(MachineAddress, new() { Timeout = 600_000 });
        await open.Page.EvaluateAsync("window.isSamePage = true");

        await open.Page.Locator(".verdict").WaitForAsync(new() { Timeout = 600_000 });
        Assert.StartsWith("✗ No:", await open.Page.Locator(".verdict").InnerTextAsync(), StringComparison.Ordinal);
        Assert.True(await open.Page.EvaluateAsync<bool>("window.isSamePage === true"));
        await open.AssertIsForEverybodyAsync();
        Assert.Empty(open.Complaints);
    }

    [BrowserFact]
    public async Task A_check_that_the_form_begins_is_stepped_through()
    {
        await using var open = await OpenPage.AtAsync(lab.Browser, await lab.Live.AddressAsync("protocols/spin"));
        await open.Page.GetByRole(AriaRole.Button, new() { Name = "Check it" }).ClickAsync();
        await open.Page.Locator(".position").WaitForAsync(new() { Timeout = 600_000 });
        await open.Page.Keyboard.PressAsync("Home");
        await open.Page.Keyboard.PressAsync("ArrowRight");
        Assert.StartsWith(
            "event 2 of", await open.Page.Locator(".position").InnerTextAsync(), StringComparison.Ordinal);
        Assert.Empty(open.Complaints);
    }

    public static TheoryData<string> Paths => [.. PageLooks.LivePaths];

    [BrowserTheory]
    [MemberData(nameof(Paths))]
    public Task No_rule_of_axe_is_broken_and_no_page_scrolls_sideways(string path) => lab.Looks.OfLiveAsync(path);
}
