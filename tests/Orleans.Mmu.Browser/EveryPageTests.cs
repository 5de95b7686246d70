namespace Orleans.Mmu.Browser;

/// <summary>What every written page keeps.</summary>
[Collection(BrowserTests.Name)]
public sealed class EveryPageTests(BrowserLab lab)
{
    public static TheoryData<string> Names => [.. WrittenPages.Names];

    [BrowserTheory]
    [MemberData(nameof(Names))]
    public async Task Without_scripts_the_verdict_and_everything_else_can_be_read(string name)
    {
        await using var open = await OpenPage.AtAsync(
            lab.Browser, await lab.Pages.AddressOfAsync(name), scripts: false);

        Assert.Matches("[^ ]+ [^ ]+", await open.Page.Locator("h1 .verdict").InnerTextAsync());
        Assert.Equal(
            await open.Page.Locator(".moment").CountAsync(), await open.Page.Locator(".moment:visible").CountAsync());
    }

    [BrowserTheory]
    [MemberData(nameof(Names))]
    public Task No_rule_of_axe_is_broken_nothing_leaves_the_machine_and_no_page_scrolls_sideways(string name) =>
        lab.Looks.OfWrittenAsync(name);

    [BrowserFact]
    public async Task A_single_text_of_too_little_contrast_is_found_among_thousands()
    {
        await using var open = await OpenPage.AtAsync(lab.Browser, await lab.Pages.AddressOfAsync("holds"));
        await open.Page.EvaluateAsync(
            """
            () => {
              const texts = [...document.querySelectorAll("main *")].filter(
                e => e.childElementCount === 0 && e.textContent.trim().length > 5 && e.checkVisibility());
              texts[Math.floor(texts.length / 2)].style.color = "#e8e8e8";
            }
            """);

        var found = await AxeFindings.OfColoursAsync(open.Page);

        Assert.StartsWith("color-contrast: ", Assert.Single(found.Broken), StringComparison.Ordinal);
    }
}
