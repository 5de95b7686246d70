using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace Orleans.Mmu.Browser;

/// <summary>A page in a browser that remembers what it asked for and complained about.</summary>
public sealed class OpenPage : IAsyncDisposable
{
    private readonly IBrowserContext _context;
    private readonly ConcurrentQueue<string> _complaints = [];

    private OpenPage(IBrowserContext context, IPage page)
    {
        (_context, Page) = (context, page);
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
                _complaints.Enqueue($"{message.Type}: {message.Text}");
        };
        page.PageError += (_, error) => _complaints.Enqueue($"error: {error}");
        page.Request += (_, request) =>
        {
            if (!IsOfThisMachine(new Uri(request.Url)))
                _complaints.Enqueue($"asks for {request.Url}");
        };
    }

    public IPage Page { get; }

    /// <summary>Console errors and warnings, and requests that leave the machine.</summary>
    public IReadOnlyCollection<string> Complaints => _complaints;

    /// <param name="width">Pixels.</param>
    public static async Task<OpenPage> AtAsync(
        BrowserFixture browser, string address, int width = 1600, bool dark = false, bool scripts = true)
    {
        var context = await browser.Browser.NewContextAsync(new()
        {
            JavaScriptEnabled = scripts,
            ColorScheme = dark ? ColorScheme.Dark : ColorScheme.Light,
            ViewportSize = new() { Width = width, Height = 1000 },
        });
        // However busy the machine is, a page comes: what hangs is ended by the test run's own limit.
        context.SetDefaultTimeout(600_000);
        context.SetDefaultNavigationTimeout(600_000);
        var open = new OpenPage(context, await context.NewPageAsync());
        await open.Page.GotoAsync(address);
        return open;
    }

    public async ValueTask DisposeAsync() => await _context.DisposeAsync();

    private static bool IsOfThisMachine(Uri address) =>
        address.IsFile || address.IsLoopback || address.Scheme == "data";
}
