using Orleans.Mmu.Chaos.Processes;
using Orleans.Mmu.Silo.Tls;

namespace Orleans.Mmu.Tests.Cluster;

/// <summary>One silo that listens on every address and demands certificates.</summary>
public sealed class TlsSilo : IAsyncLifetime
{
    internal TestAuthority Authority { get; } = new();

    internal RunningSilo Running { get; private set; } = null!;

    internal TlsFiles Client { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Client = Authority.Client();
        Running = await LoneSilo.StartAsync(
            ["--Silo:Listen=0.0.0.0", "--Silo:Advertise=127.0.0.1", .. TestAuthority.Settings(Authority.Silo())]);
    }

    public Task DisposeAsync()
    {
        Running.Process.Dispose();
        Authority.Dispose();
        return Task.CompletedTask;
    }
}
