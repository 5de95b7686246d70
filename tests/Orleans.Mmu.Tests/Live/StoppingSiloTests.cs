namespace Orleans.Mmu.Tests.Live;

/// <summary>A silo that stops while pages are open.</summary>
public sealed class StoppingSiloTests : IAsyncLifetime
{
    private readonly LiveLab _lab = new();

    public Task InitializeAsync() => _lab.InitializeAsync();

    public Task DisposeAsync() => _lab.DisposeAsync();

    [Fact]
    public async Task The_events_of_an_open_page_end_when_the_silo_is_told_to_stop()
    {
        var held = _lab.Hold();
        string key = await _lab.BootAsync("asymmetric", "spin", "1");
        await using var page = await OpenPage.OfAsync(_lab.Http, key);
        Assert.NotNull(await page.NextAsync());

        _lab.Lifetime.StopApplication();
        // The machine still boots, so that only the stop can end them.
        while (await page.NextAsync() is { } next)
            Assert.NotEqual("end", next.EventType);
        held.SetResult();
    }
}
