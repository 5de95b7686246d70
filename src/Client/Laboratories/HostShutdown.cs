using Microsoft.Extensions.Hosting;

namespace Orleans.Mmu.Client.Laboratories;

/// <summary>The end of a host whose results are already out.</summary>
internal static class HostShutdown
{
    // A person who has pressed Ctrl-C waits for this; nothing that it would save matters any more.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(300);

    /// <summary>Stops gracefully where that is quick. A host that cannot stop must not turn a good result into an error.</summary>
    public static async ValueTask StopAsync(IHost host)
    {
        using var limit = new CancellationTokenSource(Patience);
        try
        {
            await host.StopAsync(limit.Token).WaitAsync(Patience, CancellationToken.None);
            await DisposeAsync(host).AsTask().WaitAsync(Patience, CancellationToken.None);
        }
        catch (Exception e) when (e is OperationCanceledException or TimeoutException or AggregateException or ObjectDisposedException)
        {
        }
    }

    private static ValueTask DisposeAsync(IHost host)
    {
        if (host is IAsyncDisposable disposable)
            return disposable.DisposeAsync();
        host.Dispose();
        return ValueTask.CompletedTask;
    }
}
