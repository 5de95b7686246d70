using Microsoft.Extensions.Hosting;

namespace Orleans.Mmu.Client.Laboratories;

/// <summary>Stops a host whose results are already printed.</summary>
internal static class HostShutdown
{
    // Kept short: the user waits for it after Ctrl-C, and nothing is left to save.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(300);

    /// <summary>
    /// Stops gracefully if that is quick. A host that fails to stop must not turn a good result into an error.
    /// </summary>
    public static async ValueTask StopAsync(IHost host)
    {
        using var limit = new CancellationTokenSource(Patience);
        try
        {
            await host.StopAsync(limit.Token).WaitAsync(Patience, CancellationToken.None);
            await DisposeAsync(host).AsTask().WaitAsync(Patience, CancellationToken.None);
        }
        catch (Exception e) when (
            e is OperationCanceledException or TimeoutException or AggregateException or ObjectDisposedException)
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
