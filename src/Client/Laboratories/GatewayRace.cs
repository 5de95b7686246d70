using System.Net;
using Microsoft.Extensions.Hosting;
using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Inputs;

namespace Orleans.Mmu.Client.Laboratories;

/// <summary>
/// Connects to the first gateway that answers. All are tried at once and again, since a gateway may be frozen: it
/// accepts connections and says nothing.
/// </summary>
/// <param name="connect">Connects to one gateway; a refusal is thrown.</param>
internal sealed class GatewayRace(Func<EndPoint, CancellationToken, Task<IHost>> connect)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    // A gateway that refuses may belong to a silo that is just starting, or to none.
    private const int MostFailures = 4;

    /// <param name="gateways">At least one.</param>
    /// <param name="limit">How long the gateways are tried.</param>
    /// <exception cref="TryAgainException">None answers; the message says of each what it did.</exception>
    /// <exception cref="UsageException">A gateway answers and this client may not connect to it.</exception>
    public async Task<IHost> RunAsync(
        IReadOnlyList<EndPoint> gateways, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        stop.CancelAfter(limit);
        var reasons = new string[gateways.Count];
        Array.Fill(reasons, $"nothing within {limit.TotalSeconds:0} s");
        var tries = gateways.Select((g, i) => TryAsync(g, reason => reasons[i] = reason, stop.Token)).ToList();
        var open = tries.ToList();
        UsageException? refused = null;
        while (open.Count > 0)
        {
            var ended = await Task.WhenAny(open);
            open.Remove(ended);
            try
            {
                if (await ended is not { } host)
                    continue;
                await stop.CancelAsync();
                Abandon(open);
                return host;
            }
            catch (UsageException e)
            {
                refused = e;
            }
        }

        cancellationToken.ThrowIfCancellationRequested();
        throw refused ?? (Exception)new TryAgainException("no silo answers at " + string.Join("; ",
            gateways.Select((g, i) => $"{GatewayAddress.Format(g)}: {OneLine.Of(reasons[i])}")));
    }

    private async Task<IHost?> TryAsync(EndPoint gateway, Action<string> failed, CancellationToken cancellationToken)
    {
        for (int failures = 0; ;)
        {
            try
            {
                return await connect(gateway, cancellationToken);
            }
            catch (Exception e) when (e is not UsageException)
            {
                // A refusal is worth telling even where it comes at the end of the time.
                if (e.GetBaseException() is not OperationCanceledException)
                    failed(e.GetBaseException().Message);
                if (cancellationToken.IsCancellationRequested || ++failures == MostFailures)
                    return null;
            }

            await Task.Delay(Pause, CancellationToken.None);
        }
    }

    // A gateway that answers later than another is not needed.
    private static void Abandon(List<Task<IHost?>> open)
    {
        foreach (var late in open)
        {
            _ = late.ContinueWith(static async l =>
            {
                if (l is { IsCompletedSuccessfully: true, Result: { } host })
                    await HostShutdown.StopAsync(host);
                _ = l.Exception;
            }, TaskScheduler.Default);
        }
    }
}
