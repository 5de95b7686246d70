namespace Orleans.Mmu.Browser;

/// <summary>What every written page keeps.</summary>
[Collection(BrowserTests.Name)]
public sealed class EveryPageTests(BrowserFixture browser, WrittenPages pages)
{
    public static TheoryData<string> Names => [.. WrittenPages.Names];

    [BrowserTheory]
    [MemberData(nameof(Names))]
    public async Task Without_scripts_the_verdict_and_everything_else_can_be_read(string name)
    {
        await using var open = await OpenPage.AtAsync(browser, await pages.AddressOfAsync(name), scripts: false);

        Assert.Matches("[^ ]+ [^ ]+", await open.Page.Locator("h1 .verdict").InnerTextAsync());
        Assert.Equal(
            await open.Page.Locator(".moment").CountAsync(), await open.Page.Locator(".moment:visible").CountAsync());
    }

    [BrowserTheory]
    [MemberData(nameof(Names))]
    public async Task No_rule_of_axe_is_broken_nothing_leaves_the_machine_and_no_page_scrolls_sideways(string name)
    {
        await using var open = await OpenPage.AtAsync(browser, await pages.AddressOfAsync(name));

        await open.AssertIsForEverybodyAsync();
        Assert.Empty(open.Complaints);
    }
}
