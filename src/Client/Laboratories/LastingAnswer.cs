using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Interfaces.Calls;
using Orleans.Mmu.Interfaces.Reports;

namespace Orleans.Mmu.Client.Laboratories;

/// <summary>Waits for a machine's answer across the loss of silos.</summary>
public static class LastingAnswer
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <inheritdoc cref="LastingCall.ForAsync"/>
    /// <exception cref="UsageException">No silo has answered for a minute.</exception>
    public static async Task<T> OfAsync<T>(
        Func<CancellationToken, Task<T>> call, Func<CancellationToken, Task<BootProgress>> ask,
        CancellationToken cancellationToken)
    {
        try
        {
            return await LastingCall.ForAsync(call, ask, Patience, TimeProvider.System, cancellationToken);
        }
        catch (TimeoutException e)
        {
            throw new UsageException($"{e.Message} (are the silos running?)", e);
        }
    }
}
