namespace Orleans.Mmu.Tests.Live;

/// <summary>The list of machines renews itself while machines boot.</summary>
public sealed class MachineListPageTests(LiveLab lab) : IClassFixture<LiveLab>
{
    [Fact]
    public async Task The_list_follows_a_boot_and_calls_no_CPU()
    {
        string alone = await lab.BootAsync("asymmetric", "idmap-reserved", "1");
        await using (var page = await OpenPage.OfAsync(lab.Http, alone))
            await page.EndAsync();

        await using var list = await OpenPage.OfListAsync(lab.Http);
        Assert.DoesNotContain("<form", (await list.NextAsync())!.Value.Data, StringComparison.Ordinal);
        var held = lab.Hold();
        string listed = await lab.BootAsync("asymmetric", "idmap-reserved", "1");
        await UntilAsync(list, $"{listed}</a></th><td>booting</td>");
        held.SetResult();
        await UntilAsync(list, $"{listed}</a></th><td>online</td>");

        Assert.Equal(lab.CpuCalls(alone), lab.CpuCalls(listed));
        Assert.Contains("data-events=\"/events\"", await lab.PageAsync("/"), StringComparison.Ordinal);
    }

    private static async Task UntilAsync(OpenPage list, string part)
    {
        while (await list.NextAsync() is { } next)
        {
            if (next.Data.Contains(part, StringComparison.Ordinal))
                return;
        }

        Assert.Fail($"the events ended without {part}");
    }
}
