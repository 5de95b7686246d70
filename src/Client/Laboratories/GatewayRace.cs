using System.Net;
using Microsoft.Extensions.Hosting;
using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Inputs;

namespace Orleans.Mmu.Client.Laboratories;

/// <summary>
/// Connects to the first gateway that answers. All are tried at once and again, since a gateway may be frozen: it
/// accepts connections and says nothing. A gateway that has been silent is tried later than the others: a silo that the
/// cluster has declared dead may accept a connection, and never get an answer for it.
/// </summary>
/// <param name="connect">Connects to one gateway; a refusal is thrown.</param>
/// <param name="time">Paces the tries.</param>
internal sealed class GatewayRace(Func<EndPoint, CancellationToken, Task<IHost>> connect, TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    // The time that the other gateways have before one that has been silent.
    private static readonly TimeSpan HeadStart = TimeSpan.FromSeconds(2);

    // A gateway that refuses may belong to a silo that is just starting, or to none.
    private const int MostFailures = 4;

    /// <param name="gateways">At least one.</param>
    /// <param name="silent">The gateway that a connection was silent at; null where none was.</param>
    /// <param name="limit">How long the gateways are tried.</param>
    /// <returns>A client, and the gateway that it is connected to.</returns>
    /// <exception cref="TryAgainException">None answers; the message says of each what it did.</exception>
    /// <exception cref="UsageException">A gateway answers and this client may not connect to it.</exception>
    public async Task<(IHost Client, EndPoint Gateway)> RunAsync(
        IReadOnlyList<EndPoint> gateways, EndPoint? silent, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        stop.CancelAfter(limit);
        var reasons = new string[gateways.Count];
        Array.Fill(reasons, $"nothing within {limit.TotalSeconds:0} s");
        var tries = gateways.Select((g, i) => TryAsync(
            g, g.Equals(silent) && gateways.Count > 1 ? HeadStart : TimeSpan.Zero, reason => reasons[i] = reason,
            stop.Token)).ToList();
        var open = tries.ToList();
        UsageException? refused = null;
        while (open.Count > 0)
        {
            var ended = await Task.WhenAny(open);
            open.Remove(ended);
            try
            {
                if (await ended is not { } client)
                    continue;
                await stop.CancelAsync();
                Abandon(open);
                return (client, gateways[tries.IndexOf(ended)]);
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

    private async Task<IHost?> TryAsync(
        EndPoint gateway, TimeSpan delay, Action<string> failed, CancellationToken cancellationToken)
    {
        if (delay > TimeSpan.Zero)
            await Task.Delay(delay, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
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

            await Task.Delay(Pause, time, CancellationToken.None);
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
