using Orleans.Mmu.Grains.Options;
using Orleans.Mmu.Interfaces;
using Orleans.Mmu.Interfaces.Machines;

namespace Orleans.Mmu.Grains;

/// <summary>
/// How calls that can be repeated are repeated. An answer that was lost is asked for again at once, a few times; where
/// nobody was there to answer, the grain will be found elsewhere as soon as its silo is known to be dead, which takes
/// seconds.
/// </summary>
internal sealed class Patience(MmuOptions options, TimeProvider time)
{
    // A call may wait for others that are silent, and then has some work of its own.
    private const int OwnShare = 3;

    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(500);

    /// <summary>Whether nobody was there: not a question of when, but of where.</summary>
    public static bool IsNowhere(Exception e) => UnknownOutcome.Is(e) && e is not TimeoutException;

    /// <summary>Begins to be patient.</summary>
    public Wait Begin() => new(options, time);

    /// <summary>Waits for a long call to its end; if it is cancelled, that is for it to say.</summary>
    /// <param name="ask">How far it is.</param>
    /// <exception cref="TimeoutException">There is nobody to answer.</exception>
    public Task<T> Last<T>(Func<Task<T>> call, Func<CancellationToken, Task<BootProgress>> ask) =>
        LastingCall.ForAsync(_ => call(), ask, options.Failover, time, CancellationToken.None);

    /// <summary>Asks until somebody answers who knows the answer by itself.</summary>
    /// <exception cref="TimeoutException">Nobody did.</exception>
    /// <exception cref="OrleansException">There is nobody to answer.</exception>
    public Task<T> Ask<T>(Func<Task<T>> call) => Repeat(call, options.AnswerTimeout);

    /// <summary>Calls until somebody answers who may have to ask others before.</summary>
    /// <exception cref="TimeoutException">Nobody did.</exception>
    /// <exception cref="OrleansException">There is nobody to answer.</exception>
    public Task<T> Repeat<T>(Func<Task<T>> call) => Repeat(call, options.AnswerTimeout * (options.Attempts + OwnShare));

    private async Task<T> Repeat<T>(Func<Task<T>> call, TimeSpan limit)
    {
        var wait = Begin();
        for (int silences = 0; ;)
        {
            bool nowhere;
            try
            {
                return await call().WaitAsync(limit, time);
            }
            catch (Exception e) when (UnknownOutcome.Is(e))
            {
                nowhere = IsNowhere(e);
                if (nowhere ? wait.IsOver : ++silences >= options.Attempts)
                    throw;
            }

            if (nowhere)
                await wait.Next();
        }
    }

    /// <summary>Waiting for a grain to be somewhere again: short at first, then longer, and not for ever.</summary>
    public sealed class Wait(MmuOptions options, TimeProvider time)
    {
        private readonly long _began = time.GetTimestamp();
        private TimeSpan _next = First;

        public bool IsOver => time.GetElapsedTime(_began) >= options.Failover;

        public async Task Next()
        {
            await Task.Delay(_next, time);
            _next = _next * 2 < Longest ? _next * 2 : Longest;
        }
    }
}
