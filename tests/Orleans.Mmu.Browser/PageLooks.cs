namespace Orleans.Mmu.Browser;

/// <summary>
/// What every page keeps, judged for all of them beside the tests: a page at a time and core, and a test waits for its
/// own page alone.
/// </summary>
public sealed class PageLooks(BrowserLab lab) : IDisposable
{
    private readonly SemaphoreSlim _places = new(Math.Max(2, Environment.ProcessorCount));
    private readonly Dictionary<string, Task> _looks = [];

    /// <summary>The paths of the live pages that are looked at.</summary>
    public static IReadOnlyList<string> LivePaths { get; } = ["", "protocols", "protocols/spin", "machines/nosuch"];

    /// <summary>Begins to look at all pages.</summary>
    public void Begin()
    {
        foreach (string name in WrittenPages.Names)
            _looks.Add(name, LookAsync(() => lab.Pages.AddressOfAsync(name)));
        foreach (string path in LivePaths)
            _looks.Add(Live(path), LookAsync(() => lab.Live.AddressAsync(path)));
    }

    /// <summary>Ends once a page was looked at, and fails where something is wrong with it.</summary>
    public Task OfWrittenAsync(string name) => _looks[name];

    /// <inheritdoc cref="OfWrittenAsync"/>
    public Task OfLiveAsync(string path) => _looks[Live(path)];

    /// <summary>Waits for pages that no test waits for.</summary>
    public async Task EndAsync() => await Task.WhenAll(_looks.Values)
        .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);

    public void Dispose() => _places.Dispose();

    private static string Live(string path) => $"live /{path}";

    private async Task LookAsync(Func<Task<string>> address)
    {
        string at = await address();
        await _places.WaitAsync();
        try
        {
            await using var open = await OpenPage.AtAsync(lab.Browser, at);
            await open.AssertIsForEverybodyAsync();
            // A page that is not there is told by its status, of which the console tells.
            if (!at.EndsWith("nosuch", StringComparison.Ordinal))
                Assert.Empty(open.Complaints);
        }
        finally
        {
            _places.Release();
        }
    }
}
