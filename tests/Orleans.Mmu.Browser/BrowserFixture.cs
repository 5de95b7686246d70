using Microsoft.Playwright;

namespace Orleans.Mmu.Browser;

/// <summary>One headless Chromium for all tests.</summary>
public sealed class BrowserFixture : IAsyncLifetime
{
    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome"];

    private IPlaywright? _playwright;

    /// <summary>Why the tests cannot run; null where a browser is installed.</summary>
    public static string? Missing =>
        Executable is null ? "no Chromium is installed (Debian's package chromium)" : null;

    /// <summary>The browser.</summary>
    public IBrowser Browser { get; private set; } = null!;

    private static string? Executable => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .SelectMany(folder => Names.Select(name => Path.Combine(folder, name))).FirstOrDefault(File.Exists);

    public async Task InitializeAsync()
    {
        if (Missing is not null)
            return;
        _playwright = await Playwright.CreateAsync();
        Browser = await _playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Executable,
            // The sandbox needs a user that is not root.
            Args = ["--no-sandbox"],
        });
    }

    public async Task DisposeAsync()
    {
        if (_playwright is null)
            return;
        await Browser.DisposeAsync();
        _playwright.Dispose();
    }
}

/// <summary>The tests that share the browser, the written pages and the silo with live pages.</summary>
[CollectionDefinition(Name)]
public sealed class BrowserTests
    : ICollectionFixture<BrowserFixture>, ICollectionFixture<WrittenPages>, ICollectionFixture<LiveFixture>
{
    public const string Name = "browser";
}

/// <summary>A test that is skipped where no browser is installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BrowserFactAttribute : FactAttribute
{
    public BrowserFactAttribute() => Skip = BrowserFixture.Missing;
}

/// <summary>Tests that are skipped where no browser is installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BrowserTheoryAttribute : TheoryAttribute
{
    public BrowserTheoryAttribute() => Skip = BrowserFixture.Missing;
}
