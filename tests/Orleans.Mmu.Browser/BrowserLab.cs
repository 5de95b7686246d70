namespace Orleans.Mmu.Browser;

/// <summary>
/// What all tests share: one browser, the written pages, one silo with live pages, and what axe finds.
/// </summary>
public sealed class BrowserLab : IAsyncLifetime
{
    public BrowserLab() => Looks = new(this);

    public BrowserFixture Browser { get; } = new();

    public WrittenPages Pages { get; } = new();

    public LiveFixture Live { get; } = new();

    /// <summary>What is true of every page, looked at beside the tests.</summary>
    public PageLooks Looks { get; }

    public async Task InitializeAsync()
    {
        await Pages.InitializeAsync();
        await Browser.InitializeAsync();
        if (BrowserFixture.Missing is null)
            Looks.Begin();
    }

    public async Task DisposeAsync()
    {
        await Looks.EndAsync();
        await Browser.DisposeAsync();
        await Live.DisposeAsync();
        await Pages.DisposeAsync();
    }
}

/// <summary>The tests that share a browser.</summary>
[CollectionDefinition(Name)]
public sealed class BrowserTests : ICollectionFixture<BrowserLab>
{
    public const string Name = "browser";
}
