using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Interfaces.Calls;
using Orleans.Mmu.Interfaces.Reports;

namespace Orleans.Mmu.Client.Laboratories;

/// <summary>Waits for a machine's answer across the loss of silos.</summary>
internal static class LongCallAnswer
{
    private static readonly TimeSpan SilenceLimit = TimeSpan.FromSeconds(60);

    /// <summary>
    /// The answer of a call that can be repeated, from whichever silo gives it: where the gateway in use is silent, the
    /// laboratory connects to another.
    /// </summary>
    /// <exception cref="TryAgainException">No silo has answered for a minute.</exception>
    public static Task<T> OfAsync<T>(
        ILaboratory laboratory, Func<IGrainFactory, CancellationToken, Task<T>> call,
        Func<IGrainFactory, CancellationToken, Task<BootProgress>> ask, CancellationToken cancellationToken) =>
        OfAsync(token => call(laboratory.Grains, token), token => ask(laboratory.Grains, token),
            laboratory.ReconnectAsync, cancellationToken);

    /// <inheritdoc cref="LongCall.ForAsync"/>
    /// <exception cref="TryAgainException">No silo has answered for a minute.</exception>
    public static Task<T> OfAsync<T>(
        Func<CancellationToken, Task<T>> call, Func<CancellationToken, Task<BootProgress>> ask,
        CancellationToken cancellationToken) =>
        OfAsync(call, ask, static _ => Task.CompletedTask, cancellationToken);

    private static async Task<T> OfAsync<T>(
        Func<CancellationToken, Task<T>> call, Func<CancellationToken, Task<BootProgress>> ask,
        Func<CancellationToken, Task> reconnect, CancellationToken cancellationToken)
    {
        try
        {
            return await LongCall.ForAsync(
                call, ask, reconnect, SilenceLimit, TimeProvider.System, cancellationToken);
        }
        catch (TimeoutException e)
        {
            throw new TryAgainException($"{e.Message} (are the silos running?)", e);
        }
    }
}
