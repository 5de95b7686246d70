namespace Orleans.Mmu.Browser;

/// <summary>A protocol's page: each step says by keyboard what it does.</summary>
[Collection(BrowserTests.Name)]
public sealed class ProtocolPageTests(BrowserLab lab)
{
    [BrowserFact]
    public async Task Tab_goes_from_step_to_step_and_each_says_what_it_does()
    {
        await using var open = await OpenPage.AtAsync(
            lab.Browser, await lab.Pages.AddressOfAsync("protocol"), scripts: false);
        var steps = open.Page.Locator(".step button");
        int count = await steps.CountAsync();

        Assert.InRange(count, 5, 200);
        for (int i = 0; i < count; i++)
        {
            await open.Page.Keyboard.PressAsync("Tab");
            var shown = open.Page.Locator(".step [role=tooltip]:visible");
            Assert.Equal(1, await shown.CountAsync());
            Assert.Equal(await shown.GetAttributeAsync("id"), await steps.Nth(i).GetAttributeAsync("aria-describedby"));
            Assert.NotEmpty(await shown.InnerTextAsync());
        }
    }

    [BrowserFact]
    public async Task A_lane_for_each_role_and_on_a_narrow_screen_one_below_the_other()
    {
        await using var open = await OpenPage.AtAsync(lab.Browser, await lab.Pages.AddressOfAsync("protocol"));

        Assert.InRange(await LanesAsync(open), 2, 4);
        await open.Page.SetViewportSizeAsync(OpenPage.Narrow, 1000);
        Assert.Equal(1, await LanesAsync(open));
    }

    // The number of different left edges of phases.
    private static Task<int> LanesAsync(OpenPage open) => open.Page.EvaluateAsync<int>(
        "new Set([...document.querySelectorAll('.phases > *')].map(p => p.offsetLeft)).size");
}
