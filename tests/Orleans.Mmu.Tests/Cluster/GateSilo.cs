using Orleans.Mmu.Chaos.Processes;
using Orleans.Mmu.Interfaces.Machines;
using Orleans.Mmu.Tests.Boot;

namespace Orleans.Mmu.Tests.Cluster;

/// <summary>One silo that is attacked, and a machine that another client has booted on it.</summary>
public sealed class GateSilo : IAsyncLifetime
{
    internal const string Victim = "victim";

    internal RunningSilo Running { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Running = await LoneSilo.StartAsync();
        await BootAsync(Victim);
    }

    /// <summary>An honest client boots a machine.</summary>
    internal async Task<BootReport> BootAsync(string key)
    {
        await using var laboratory = await Running.ConnectAsync();
        var request = new BootRequest(new("test", Lab.Small("asymmetric")), "idmap-reserved", 1, false, false);
        var answer = await laboratory.Grains.GetGrain<IMachineGrain>(key).Boot(request, CancellationToken.None);
        Assert.Null(answer.InputError);
        return answer.Report!;
    }

    /// <summary>Waits until the silo's log has one more line with a text than before.</summary>
    internal async Task LogsAsync(string text, int before)
    {
        using var limit = new CancellationTokenSource(TestLimit.Length);
        while (Count(text) <= before)
        {
            Assert.False(Running.Process.Ended.IsCompleted, "the silo has ended");
            limit.Token.ThrowIfCancellationRequested();
            await Task.Delay(20, limit.Token);
        }
    }

    /// <summary>How many lines of the silo's log have a text.</summary>
    internal int Count(string text) =>
        Running.Process.Output.Split('\n').Count(l => l.Contains(text, StringComparison.Ordinal));

    public Task DisposeAsync()
    {
        Running.Process.Dispose();
        return Task.CompletedTask;
    }
}
