using Deque.AxeCore.Playwright;

namespace Orleans.Mmu.Browser;

/// <summary>What every written page keeps.</summary>
[Collection(BrowserTests.Name)]
public sealed class EveryPageTests(BrowserFixture browser, WrittenPages pages)
{
    public static TheoryData<string> Names => [.. WrittenPages.Names];

    public static TheoryData<string, int, bool> Looks
    {
        get
        {
            var looks = new TheoryData<string, int, bool>();
            foreach (string name in WrittenPages.Names)
            {
                looks.Add(name, 1600, false);
                looks.Add(name, 360, true);
            }

            return looks;
        }
    }

    [BrowserTheory]
    [MemberData(nameof(Names))]
    public async Task Without_scripts_the_verdict_and_everything_else_can_be_read(string name)
    {
        await using var open = await OpenPage.AtAsync(browser, pages.AddressOf(name), scripts: false);

        Assert.Matches("[✓✗].*|%", await open.Page.Locator("h1 .verdict").InnerTextAsync());
        Assert.Equal(
            await open.Page.Locator(".moment").CountAsync(), await open.Page.Locator(".moment:visible").CountAsync());
    }

    [BrowserTheory]
    [MemberData(nameof(Looks))]
    public async Task No_rule_of_axe_is_broken_nothing_leaves_the_machine_and_no_page_scrolls_sideways(
        string name, int width, bool dark)
    {
        await using var open = await OpenPage.AtAsync(browser, pages.AddressOf(name), width, dark);

        var result = await open.Page.RunAxe();
        int overflow = await open.Page.EvaluateAsync<int>(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth");

        Assert.Empty(result.Violations.Select(v => $"{v.Id}: {v.Help}: {v.Nodes[0].Html}"));
        Assert.Empty(open.Complaints);
        Assert.InRange(overflow, 0, 0);
    }
}
