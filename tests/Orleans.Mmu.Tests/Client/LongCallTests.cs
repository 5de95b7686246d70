using Orleans.Mmu.Interfaces.Calls;
using Orleans.Mmu.Interfaces.Reports;
using Orleans.Mmu.Tests.Boot;

namespace Orleans.Mmu.Tests.Client;

/// <summary>A caller leaves a silo that gives no answers, whether it is silent or fails every call.</summary>
public class LongCallTests
{
    private static readonly BootProgress Working = new("splits blocks", 1, 2);

    private int _reconnections;

    [Fact]
    public async Task A_silo_that_fails_every_call_is_left()
    {
        var call = AnswerAsync(
            () => _reconnections > 0 ? Task.FromResult(7) : Task.FromException<int>(new SiloUnavailableException()),
            () => Task.FromException<BootProgress>(new SiloUnavailableException()));
        Assert.Equal(7, await call);
        Assert.Equal(1, _reconnections);
    }

    [Fact]
    public async Task A_silo_that_is_silent_is_left()
    {
        var call = AnswerAsync(
            () => _reconnections > 0 ? Task.FromResult(7) : Silence<int>(), Silence<BootProgress>);
        Assert.Equal(7, await call);
        Assert.Equal(1, _reconnections);
    }

    [Fact]
    public async Task A_silo_that_says_how_far_the_call_is_is_not_left()
    {
        var end = new TaskCompletionSource<int>();
        int asked = 0;
        var call = AnswerAsync(() => end.Task, () =>
        {
            if (++asked == 10)
                end.SetResult(7);
            return Task.FromResult(Working);
        });
        Assert.Equal(7, await call);
        Assert.Equal(0, _reconnections);
    }

    [Fact]
    public async Task A_call_that_fails_once_is_made_again_on_the_same_silo()
    {
        int calls = 0;
        var call = AnswerAsync(
            () => ++calls == 2 ? Task.FromResult(7) : Task.FromException<int>(new SiloUnavailableException()),
            () => Task.FromResult(Working));
        Assert.Equal(7, await call);
        Assert.Equal(0, _reconnections);
    }

    private Task<int> AnswerAsync(Func<Task<int>> call, Func<Task<BootProgress>> ask) =>
        LongCall.ForAsync(_ => call(), _ => ask(), _ =>
        {
            _reconnections++;
            return Task.CompletedTask;
        }, TimeSpan.FromMinutes(1), new JumpingTime(), CancellationToken.None);

    private static Task<T> Silence<T>() => new TaskCompletionSource<T>().Task;
}
