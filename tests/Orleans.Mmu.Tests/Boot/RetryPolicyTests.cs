using Orleans.Mmu.Interfaces.Calls;
using Orleans.Runtime.Messaging;
using Orleans.Storage;

namespace Orleans.Mmu.Tests.Boot;

/// <summary>What is repeated, how often and after how long; an answer is never repeated, however bad.</summary>
public sealed class RetryPolicyTests
{
    private static readonly TimeSpan Failover = TimeSpan.FromSeconds(10);

    private readonly JumpingTime _time = new();
    private int _calls;

    public static TheoryData<Exception, bool> Outcomes => new()
    {
        { new TimeoutException(), true },
        { new SiloUnavailableException(), true },
        { new ConnectionFailedException("x"), true },
        { new GatewayTooBusyException(), true },
        { new InconsistentStateException("x"), true },
        { new OvertakenException("x"), true },
        { new OrleansException("directory"), true },
        { new RefusedException("x"), false },
        { new BadProviderConfigException(), false },
        { new LimitExceededException(), false },
        { new InvalidOperationException(), false },
        { new OperationCanceledException(), false },
    };

    [Theory]
    [MemberData(nameof(Outcomes))]
    public async Task A_call_without_an_answer_is_made_again_and_one_with_an_answer_is_not(
        Exception outcome, bool isRepeated)
    {
        Assert.Equal(isRepeated, CallFailures.HasUnknownOutcome(outcome));
        var asking = Policy(attempts: 3)
            .AskAsync(() => ++_calls == 1 ? Task.FromException<int>(outcome) : Task.FromResult(7));
        if (!isRepeated)
        {
            Assert.Same(outcome, await Assert.ThrowsAnyAsync<Exception>(() => asking));
            Assert.Equal(1, _calls);
            return;
        }

        Assert.Equal((7, 2), (await asking, _calls));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task A_silent_callee_is_asked_so_often_and_no_more(int attempts)
    {
        var asking = Policy(attempts).AskAsync(() =>
        {
            _calls++;
            return new TaskCompletionSource<int>().Task;
        });
        await Assert.ThrowsAsync<TimeoutException>(() => asking);
        Assert.Equal(attempts, _calls);
    }

    [Fact]
    public async Task A_grain_that_is_nowhere_is_looked_for_until_the_failover_is_over()
    {
        var began = _time.GetTimestamp();
        var asking = Policy(attempts: 1)
            .AskAsync(() => Task.FromException<int>(new SiloUnavailableException($"{++_calls}")));
        await Assert.ThrowsAsync<SiloUnavailableException>(() => asking);
        Assert.InRange(_time.GetElapsedTime(began), Failover, Failover + TimeSpan.FromSeconds(1));
        // 20, 40 ... 320 ms, then every half second.
        Assert.InRange(_calls, 20, 30);
    }

    [Fact]
    public async Task A_repeat_stays_on_the_scheduler_of_the_first_call()
    {
        var schedulers = new ConcurrentExclusiveSchedulerPair();
        var seen = new List<TaskScheduler>();
        var asking = await Task.Factory.StartNew(() => Policy(attempts: 3).AskAsync(() =>
        {
            seen.Add(TaskScheduler.Current);
            return ++_calls switch
            {
                1 => Task.FromException<int>(new TimeoutException()),
                2 => Task.FromException<int>(new SiloUnavailableException()),
                _ => Task.FromResult(7),
            };
        }), CancellationToken.None, TaskCreationOptions.None, schedulers.ExclusiveScheduler);
        Assert.Equal(7, await asking);
        Assert.Equal(3, seen.Count);
        Assert.All(seen, s => Assert.Same(schedulers.ExclusiveScheduler, s));
    }

    private RetryPolicy Policy(int attempts) => new(attempts, TimeSpan.FromSeconds(1), Failover, _time);
}
