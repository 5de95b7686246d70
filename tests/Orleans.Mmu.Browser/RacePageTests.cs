using Microsoft.Playwright;
using Orleans.Mmu.Checking.Checks;
using Orleans.Mmu.Checking.Protocols;
using Orleans.Mmu.Verdicts.Counterexamples;

namespace Orleans.Mmu.Browser;

/// <summary>
/// A counterexample's page: the keyboard steps through it, and each step shows the machine as it then is.
/// </summary>
[Collection(BrowserTests.Name)]
public sealed class RacePageTests(BrowserLab lab)
{
    private static readonly Counterexample Race = new ProtocolCheck(
        CheckedProtocols.Find("spin")!, new() { Cpus = 3 }, CancellationToken.None).Run().Counterexample!;

    [BrowserFact]
    public async Task The_keyboard_steps_through_every_event()
    {
        await using var open = await OpenPage.AtAsync(lab.Browser, await lab.Pages.AddressOfAsync("race"));

        // The page opens at the load that makes the conflict.
        await AssertShowsAsync(open.Page, Array.FindLastIndex([.. Race.Events], e => e.Kind == EventKind.Walk));
        await open.Page.Keyboard.PressAsync("Home");
        for (int i = 0; i < Race.Events.Length; i++)
        {
            await AssertShowsAsync(open.Page, i);
            await open.Page.Keyboard.PressAsync("ArrowRight");
        }

        await AssertShowsAsync(open.Page, Race.Events.Length - 1);
        await open.Page.Keyboard.PressAsync("Home");
        await AssertShowsAsync(open.Page, 0);
        await open.Page.Keyboard.PressAsync("End");
        await open.Page.Keyboard.PressAsync("ArrowLeft");
        await AssertShowsAsync(open.Page, Race.Events.Length - 2);
        Assert.Empty(open.Complaints);
    }

    [BrowserFact]
    public async Task An_address_with_an_event_opens_there_and_a_click_goes_anywhere()
    {
        await using var open = await OpenPage.AtAsync(lab.Browser, await lab.Pages.AddressOfAsync("race") + "#event-3");
        await AssertShowsAsync(open.Page, 2);

        await open.Page.Locator(".events li").Nth(4).Locator("a").ClickAsync();
        await AssertShowsAsync(open.Page, 4);
        await open.Page.GetByRole(AriaRole.Button, new() { Name = "next" }).ClickAsync();
        await AssertShowsAsync(open.Page, 5);
        Assert.EndsWith("#event-6", open.Page.Url, StringComparison.Ordinal);
    }

    [BrowserFact]
    public async Task A_rules_words_appear_while_its_label_has_the_focus()
    {
        await using var open = await OpenPage.AtAsync(lab.Browser, await lab.Pages.AddressOfAsync("race"));
        var label = open.Page.Locator(".events .rule button").First;
        var words = open.Page.Locator(".events .rule [role=tooltip]").First;

        Assert.False(await words.IsVisibleAsync());
        await label.FocusAsync();
        Assert.True(await words.IsVisibleAsync());
    }

    [BrowserFact]
    public async Task What_is_focused_after_each_key_is_read_as_the_moment_that_is_shown()
    {
        await using var open = await OpenPage.AtAsync(lab.Browser, await lab.Pages.AddressOfAsync("race") + "#event-1");
        await open.Page.GetByRole(AriaRole.Button, new() { Name = "next" }).FocusAsync();

        for (int i = 0; i < Race.Events.Length; i++)
        {
            // What a screen reader hears: the live region, the event that is the current step, and the moment's text.
            var position = open.Page.Locator("[aria-live=polite]");
            Assert.Equal($"event {i + 1} of {Race.Events.Length}", await position.TextContentAsync());
            var current = open.Page.Locator("[aria-current=step]");
            Assert.Equal(1, await current.CountAsync());
            Assert.Equal($"#moment-{i + 1}", await current.GetAttributeAsync("href"));
            string moment = await open.Page.GetByRole(
                AriaRole.Region, new() { Name = $"moment {i + 1}", Exact = true }).InnerTextAsync();
            Assert.Contains(Race.Events[i].Action, moment, StringComparison.Ordinal);
            Assert.All(
                Race.Events[i].Lanes, lane => Assert.Contains($"CPU {lane.Cpu}", moment, StringComparison.Ordinal));
            if (i < Race.Events.Length - 1)
                await open.Page.Keyboard.PressAsync("Enter");
        }
    }

    [BrowserFact]
    public async Task The_first_sentence_says_which_load_at_which_event_makes_the_conflict()
    {
        await using var open = await OpenPage.AtAsync(lab.Browser, await lab.Pages.AddressOfAsync("race"));
        int load = Array.FindLastIndex([.. Race.Events], e => e.Kind == EventKind.Walk);

        string first = await open.Page.Locator("[aria-labelledby=in-short] p").First.InnerTextAsync();

        Assert.StartsWith(
            $"The speculative load of CPU {Race.Events[load].Cpu} at event {load + 1} makes the conflict.", first,
            StringComparison.Ordinal);
        Assert.All(Race.Entries, e => Assert.Contains(e.Name, first, StringComparison.Ordinal));
    }

    private static async Task AssertShowsAsync(IPage page, int index)
    {
        var happened = Race.Events[index];
        Assert.Equal($"event {index + 1} of {Race.Events.Length}", await page.Locator(".position").TextContentAsync());
        var moment = page.Locator(".moment:visible");
        Assert.Equal(1, await moment.CountAsync());
        Assert.Contains(happened.Action, await moment.Locator("h3").InnerTextAsync(), StringComparison.Ordinal);
        for (int cpu = 0; cpu < happened.Lanes.Length; cpu++)
        {
            // The entry's name is the text in front of its badges.
            string[] entries = await moment.Locator(".lane").Nth(cpu).Locator(".tlb li:not(.gone)")
                .EvaluateAllAsync<string[]>("items => items.map(i => i.firstChild.textContent.trim())");
            Assert.Equal(happened.Lanes[cpu].Tlb, entries);
        }
    }
}
