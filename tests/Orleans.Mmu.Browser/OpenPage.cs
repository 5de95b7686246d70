using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace Orleans.Mmu.Browser;

/// <summary>A page in a browser that remembers what it asked for and complained about.</summary>
public sealed class OpenPage : IAsyncDisposable
{
    public const int Wide = 1600;
    public const int Narrow = 360;

    private const int Height = 1000;

    private readonly ConcurrentQueue<string> _complaints = [];

    private OpenPage(IPage page)
    {
        Page = page;
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

    /// <summary>Opens a page in a wide window, in light colours.</summary>
    public static async Task<OpenPage> AtAsync(BrowserFixture browser, string address, bool scripts = true)
    {
        var context = await (scripts ? browser.WithScripts : browser.WithoutScripts);
        var open = new OpenPage(await context.NewPageAsync());
        await open.Page.SetViewportSizeAsync(Wide, Height);
        await open.Page.GotoAsync(address);
        return open;
    }

    /// <summary>
    /// No rule of axe is broken and nothing scrolls sideways: wide and light, then the same page narrow and dark, where
    /// only the rules are asked again whose answer can be another one.
    /// </summary>
    public async Task AssertIsForEverybodyAsync()
    {
        await AssertKeepsAsync(AxeFindings.OfDocumentAsync);
        await AssertKeepsAsync(AxeFindings.OfColoursAsync);
        await Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        await Page.SetViewportSizeAsync(Narrow, Height);
        await AssertKeepsAsync(AxeFindings.OfColoursAsync);
        await AssertKeepsAsync(AxeFindings.OfWidthAsync);
        await Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light });
        await Page.SetViewportSizeAsync(Wide, Height);
    }

    public async ValueTask DisposeAsync() => await Page.CloseAsync();

    private async Task AssertKeepsAsync(Func<IPage, Task<AxeFindings>> look)
    {
        int overflow = await Page.EvaluateAsync<int>(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth");
        Assert.InRange(overflow, 0, 0);
        var found = await look(Page);
        Assert.InRange(found.Judged, 1, int.MaxValue);
        Assert.Empty(found.Broken);
    }

    private static bool IsOfThisMachine(Uri address) =>
        address.IsFile || address.IsLoopback || address.Scheme == "data";
}
