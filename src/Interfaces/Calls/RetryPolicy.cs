using Orleans.Mmu.Interfaces.Reports;
using Polly;
using Polly.Retry;

namespace Orleans.Mmu.Interfaces.Calls;

/// <summary>
/// How calls that can be repeated are repeated. An answer that was lost is asked for again at once, a few times; where
/// no activation was there to answer, the grain will be found elsewhere as soon as its silo is known to be dead, which
/// takes seconds. What counts as no answer is <see cref="CallFailures"/>'s to say.
/// </summary>
public sealed class RetryPolicy
{
    // A call may wait for others that are silent, and then has some work of its own.
    private const int OwnShare = 3;

    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(500);
    private static readonly ResiliencePropertyKey<long> Began = new("mmu.began");

    private readonly ResiliencePipeline _pipeline;
    private readonly int _attempts;
    private readonly TimeSpan _answerTimeout;
    private readonly TimeSpan _failover;
    private readonly TimeProvider _time;

    /// <param name="attempts">How often a call is made whose answers are lost; 1 or more.</param>
    /// <param name="answerTimeout">When an answer counts as lost; infinite: Orleans's own limit alone.</param>
    /// <param name="failover">How long a grain may be nowhere.</param>
    public RetryPolicy(int attempts, TimeSpan answerTimeout, TimeSpan failover, TimeProvider time)
    {
        (_attempts, _answerTimeout, _failover, _time) = (attempts, answerTimeout, failover, time);
        // No jitter: one seed repeats one run.
        var builder = new ResiliencePipelineBuilder { TimeProvider = time }.AddRetry(new RetryStrategyOptions
        {
            ShouldHandle = args => ValueTask.FromResult(
                args.Outcome.Exception is { } e && CallFailures.HasNoActivation(e) && !IsOver(args.Context)),
            MaxRetryAttempts = int.MaxValue,
            BackoffType = DelayBackoffType.Exponential,
            Delay = First,
            MaxDelay = Longest,
        });
        if (attempts > 1)
        {
            builder.AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = new PredicateBuilder().Handle<TimeoutException>(),
                MaxRetryAttempts = attempts - 1,
                Delay = TimeSpan.Zero,
            });
        }

        _pipeline = builder.Build();
    }

    /// <summary>For grains that lose what they hold with their silo: a long wait brings nothing back.</summary>
    public static RetryPolicy ForHeldStates { get; } =
        new(attempts: 3, Timeout.InfiniteTimeSpan, failover: TimeSpan.FromSeconds(2), TimeProvider.System);

    /// <summary>For calls that any activation answers at once: a silence of seconds is a lost answer.</summary>
    public static RetryPolicy ForShortCalls { get; } =
        new(attempts: 3, TimeSpan.FromSeconds(5), failover: TimeSpan.FromSeconds(2), TimeProvider.System);

    /// <summary>Asks until an activation answers that knows the answer by itself.</summary>
    /// <exception cref="TimeoutException">No attempt was answered in time.</exception>
    /// <exception cref="OrleansException">No silo can hold the grain.</exception>
    public Task<T> AskAsync<T>(Func<Task<T>> call) => RepeatAsync(call, _answerTimeout);

    /// <summary>Calls until an activation answers that may have to ask others before.</summary>
    /// <exception cref="TimeoutException">No attempt was answered in time.</exception>
    /// <exception cref="OrleansException">No silo can hold the grain.</exception>
    public Task<T> CallAsync<T>(Func<Task<T>> call) => RepeatAsync(call,
        _answerTimeout == Timeout.InfiniteTimeSpan ? _answerTimeout : _answerTimeout * (_attempts + OwnShare));

    /// <summary>Waits for a long call to its end; if it is cancelled, that is for it to say.</summary>
    /// <param name="ask">How far it is.</param>
    /// <exception cref="TimeoutException">No silo answered in time.</exception>
    public Task<T> LastAsync<T>(Func<Task<T>> call, Func<CancellationToken, Task<BootProgress>> ask) =>
        LongCall.ForAsync(
            _ => call(), ask, static _ => Task.CompletedTask, _failover, _time, CancellationToken.None);

    /// <summary>Begins to wait for grains that are nowhere, in a fan-out that repeats its calls in rounds.</summary>
    public NowhereWait Begin() => new(First, Longest, _failover, _time);

    private async Task<T> RepeatAsync<T>(Func<Task<T>> call, TimeSpan limit)
    {
        // On the captured context: a grain's repeat is a part of its turn as the first call was.
        var context = ResilienceContextPool.Shared.Get(continueOnCapturedContext: true, CancellationToken.None);
        context.Properties.Set(Began, _time.GetTimestamp());
        try
        {
            // WaitAsync: a strategy for timeouts waits for the call to notice its token, and a lost answer never does.
            return await _pipeline.ExecuteAsync(
                static async (_, s) => await s.call().WaitAsync(s.limit, s._time), context, (call, limit, _time));
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private bool IsOver(ResilienceContext context) =>
        _time.GetElapsedTime(context.Properties.GetValue(Began, 0)) >= _failover;
}
