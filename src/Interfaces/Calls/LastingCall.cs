using Orleans.Mmu.Interfaces.Reports;

namespace Orleans.Mmu.Interfaces.Calls;

/// <summary>
/// A long call that can be repeated, to a grain whose silo may be lost, or over a network that may lose question or
/// answer: its answer would never come, and for a call that may take minutes no timeout says so. So whoever waits asks
/// now
/// and then how far it is; where nobody knows of the call any more it is made again, which finds what was begun, or its
/// end.
/// This is no retry of what failed, which is <see cref="RetryPolicy"/>'s: the call is made again while it is still
/// open, and the
/// time runs from the last sign of life, for both of which Polly has no strategy.
/// </summary>
public static class LastingCall
{
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    /// <summary>The answer of a call that can be repeated.</summary>
    /// <param name="call">Makes the call.</param>
    /// <param name="ask">How far it is; answered at once by whoever performs it.</param>
    /// <param name="patience">How long nobody may answer before the caller gives up.</param>
    /// <exception cref="TimeoutException">No silo has answered for that long.</exception>
    public static async Task<T> ForAsync<T>(
        Func<CancellationToken, Task<T>> call, Func<CancellationToken, Task<BootProgress>> ask, TimeSpan patience,
        TimeProvider time, CancellationToken cancellationToken)
    {
        long heard = time.GetTimestamp();
        var current = call(cancellationToken);
        while (true)
        {
            await Task.WhenAny(current, Task.Delay(Round, time, cancellationToken));
            cancellationToken.ThrowIfCancellationRequested();
            bool mustRepeat;
            Exception? why = null;
            if (current.IsCompleted)
            {
                (bool isAnswered, var answer, why) = await AnswerOfAsync(current);
                if (isAnswered)
                    return answer!;
                await Task.Delay(Pause, time, cancellationToken);
                mustRepeat = true;
            }
            else
            {
                var progress = await ProgressAsync(ask, time, cancellationToken);
                if (progress is not null)
                    heard = time.GetTimestamp();
                mustRepeat = progress?.IsWaiting == true;
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
        catch (Exception e) when (UnknownOutcome.Is(e))
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
        catch (Exception e) when (UnknownOutcome.Is(e))
        {
            return null;
        }
    }

    // Nobody waits for it any more; how it ends is nobody's business.
    private static void Forget(Task call) =>
        _ = call.ContinueWith(static c => c.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted,
            TaskScheduler.Default);
}
