using Orleans.Mmu.Silo.Live;

namespace Orleans.Mmu.Browser;

/// <summary>One silo with live pages for all tests; it starts with the first that asks for an address.</summary>
public sealed class LiveFixture : IAsyncLifetime
{
    private readonly Lazy<Task<LiveSilo>> _silo = new(() => LiveSilo.StartAsync(0, CancellationToken.None));

    public Task InitializeAsync() => Task.CompletedTask;

    /// <param name="path">A page's path: "protocols/spin".</param>
    public async Task<string> AddressAsync(string path) => new Uri((await _silo.Value).Address, path).AbsoluteUri;

    public async Task DisposeAsync()
    {
        if (_silo.IsValueCreated)
            await (await _silo.Value).DisposeAsync();
    }
}
