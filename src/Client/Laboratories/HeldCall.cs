using Orleans.Mmu.Interfaces.Calls;

namespace Orleans.Mmu.Client.Laboratories;

/// <summary>
/// A call to a grain that has what it knows in memory only. The answer of a grain on a silo that died never comes, and
/// Orleans does not tell a client which silos died. The caller therefore asks now and then whether the grain still
/// knows anything: the activation that another silo creates for the question knows nothing. A grain that does know
/// something may take half an hour, and is called again where an answer was lost on its way.
/// </summary>
internal static class HeldCall
{
    // Each of them is as many attempts as the policy makes, with half a minute for each answer.
    private const int MostRepeats = 20;

    private static readonly TimeSpan Round = TimeSpan.FromSeconds(1);

    /// <summary>The answer, for which the caller waits while the grain knows something.</summary>
    /// <param name="call">Makes the call, which can be repeated.</param>
    /// <param name="holds">Whether the grain knows anything; answered beside other calls.</param>
    /// <exception cref="TimeoutException">The grain that was called is gone, or answers nothing any more.</exception>
    /// <exception cref="OrleansException">No silo can hold the grain.</exception>
    public static async Task<T> ForAsync<T>(
        Func<Task<T>> call, Func<Task<bool>> holds, TimeProvider time, CancellationToken cancellationToken)
    {
        int repeats = 0;
        var current = RetryPolicy.ForHeldStates.AskAsync(call);
        while (true)
        {
            if (await Task.WhenAny(current, Task.Delay(Round, time, cancellationToken)) == current)
            {
                try
                {
                    return await current;
                }
                catch (TimeoutException)
                {
                    if (++repeats > MostRepeats || await HoldsAsync(holds, time) != true)
                        throw;
                    current = RetryPolicy.ForHeldStates.AskAsync(call);
                    continue;
                }
            }

            cancellationToken.ThrowIfCancellationRequested();
            if (await HoldsAsync(holds, time) != false || current.IsCompleted)
                continue;
            // The grain that was called cannot answer any more.
            _ = current.ContinueWith(static c => c.Exception, CancellationToken.None,
                TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            throw new TimeoutException("the silo that held the grain's states has gone");
        }
    }

    // Null where there is no answer, which says nothing about the call.
    private static async Task<bool?> HoldsAsync(Func<Task<bool>> holds, TimeProvider time)
    {
        try
        {
            return await holds().WaitAsync(Round, time);
        }
        catch (Exception e) when (CallFailures.HasUnknownOutcome(e))
        {
            return null;
        }
    }
}
