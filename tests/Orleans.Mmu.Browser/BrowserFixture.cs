using Microsoft.Playwright;

namespace Orleans.Mmu.Browser;

/// <summary>One headless Chromium for all tests.</summary>
public sealed class BrowserFixture : IAsyncLifetime
{
    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome"];

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <summary>Why the tests cannot run; null where a browser is installed.</summary>
    public static string? Missing =>
        Executable is null ? "no Chromium is installed (Debian's package chromium)" : null;

    /// <summary>For pages with scripts, in light colours; shared by all tests.</summary>
    public Task<IBrowserContext> WithScripts { get; private set; } = null!;

    /// <summary>For pages without scripts.</summary>
    public Task<IBrowserContext> WithoutScripts { get; private set; } = null!;

    private static string? Executable => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .SelectMany(folder => Names.Select(name => Path.Combine(folder, name))).FirstOrDefault(File.Exists);

    public async Task InitializeAsync()
    {
        if (Missing is not null)
            return;
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Executable,
            // The sandbox needs a user that is not root.
            Args = ["--no-sandbox"],
        });
        (WithScripts, WithoutScripts) = (ContextAsync(scripts: true), ContextAsync(scripts: false));
    }

    public async Task DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
        _playwright?.Dispose();
    }

    private async Task<IBrowserContext> ContextAsync(bool scripts)
    {
        var context = await _browser!.NewContextAsync(
            new() { JavaScriptEnabled = scripts, ColorScheme = ColorScheme.Light });
        // However busy the machine is, a page comes: what hangs is ended by the test run's own limit.
        context.SetDefaultTimeout(600_000);
        context.SetDefaultNavigationTimeout(600_000);
        return context;
    }
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
