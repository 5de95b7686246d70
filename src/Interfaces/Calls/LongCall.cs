using Orleans.Mmu.Interfaces.Reports;

namespace Orleans.Mmu.Interfaces.Calls;

/// <summary>
/// A long call that can be repeated, to a grain whose silo may be lost, or over a network that may lose the request or
/// its answer. Such an answer never comes, and for a call that may take minutes no timeout says so. The caller
/// therefore asks now and then how far the call is; where it is no longer being performed the call is made again, which
/// finds what was begun, or its end. This differs from a retry of what failed, which is <see cref="RetryPolicy"/>'s:
/// the call is made again while it is still open, and the time runs from the last sign of life. Polly has no strategy
/// for either.
/// </summary>
public static class LongCall
{
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    // After so many rounds without an answer the way to the grain is in doubt, not only the grain.
    private const int SilentRounds = 2;

    /// <summary>The answer of a call that can be repeated.</summary>
    /// <param name="call">Makes the call.</param>
    /// <param name="ask">How far it is; answered at once by the grain that performs it.</param>
    /// <param name="reconnect">
    /// Finds another way to the grain, after two rounds in which questions found no answer or calls failed: a silo that
    /// others have declared dead fails every call as long as it does not know.
    /// </param>
    /// <param name="patience">How long no answer may come before the caller gives up.</param>
    /// <exception cref="TimeoutException">No silo has answered for that long.</exception>
    public static async Task<T> ForAsync<T>(
        Func<CancellationToken, Task<T>> call, Func<CancellationToken, Task<BootProgress>> ask,
        Func<CancellationToken, Task> reconnect, TimeSpan patience, TimeProvider time,
        CancellationToken cancellationToken)
    {
        int silent = 0;
        long heard = time.GetTimestamp();
        long round = heard;
        var current = call(cancellationToken);
        while (true)
        {
            await Task.WhenAny(current, Task.Delay(Round, time, cancellationToken));
            cancellationToken.ThrowIfCancellationRequested();
            bool mustRepeat, isSilent;
            Exception? why = null;
            if (current.IsCompleted)
            {
                (bool isAnswered, var answer, why) = await AnswerOfAsync(current);
                if (isAnswered)
                    return answer!;
                await Task.Delay(Pause, time, cancellationToken);
                mustRepeat = true;
                // Calls that fail at once count as often as those that fail late.
                isSilent = time.GetElapsedTime(round) >= Round;
            }
            else
            {
                var progress = await ProgressAsync(ask, time, cancellationToken);
                if (progress is not null)
                    (heard, round, silent) = (time.GetTimestamp(), time.GetTimestamp(), 0);
                mustRepeat = progress?.IsWaiting == true;
                isSilent = progress is null;
            }

            if (isSilent)
            {
                if (++silent == SilentRounds)
                {
                    await reconnect(cancellationToken);
                    (silent, mustRepeat) = (0, true);
                }

                round = time.GetTimestamp();
            }

            if (time.GetElapsedTime(heard) > patience)
                throw new TimeoutException($"no silo has answered for {patience.TotalSeconds:0} s", why);
            if (!mustRepeat)
                continue;
            Forget(current);
            current = call(cancellationToken);
        }
    }

    private static async Task<(bool IsAnswered, T? Answer, Exception? Why)> AnswerOfAsync<T>(Task<T> call)
    {
        try
        {
            return (true, await call, null);
        }
        catch (Exception e) when (CallFailures.HasUnknownOutcome(e))
        {
            return (false, default, e);
        }
    }

    private static async Task<BootProgress?> ProgressAsync(
        Func<CancellationToken, Task<BootProgress>> ask, TimeProvider time, CancellationToken cancellationToken)
    {
        try
        {
            return await ask(cancellationToken).WaitAsync(Round, time, cancellationToken);
        }
        catch (Exception e) when (CallFailures.HasUnknownOutcome(e))
        {
            return null;
        }
    }

    // The call has been made again: how this one ends does not matter.
    private static void Forget(Task call) =>
        _ = call.ContinueWith(static c => c.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted,
            TaskScheduler.Default);
}
