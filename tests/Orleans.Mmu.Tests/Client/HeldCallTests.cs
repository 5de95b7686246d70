using Microsoft.Extensions.Time.Testing;
using Orleans.Mmu.Client.Laboratories;

namespace Orleans.Mmu.Tests.Client;

/// <summary>Calls whose answer a lost silo would have given.</summary>
public sealed class HeldCallTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly TaskCompletionSource<int> _call = new();

    [Fact]
    public async Task A_grain_that_holds_nothing_any_more_ends_the_call()
    {
        var answer = HeldCall.ForAsync(
            () => _call.Task, () => Task.FromResult(false), _time, CancellationToken.None);
        Assert.False(answer.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(1));
        await Assert.ThrowsAsync<TimeoutException>(() => answer);
    }

    [Fact]
    public async Task A_call_takes_as_long_as_it_takes_while_the_grain_holds_its_states()
    {
        int asked = 0;
        var again = new SemaphoreSlim(0);
        var answer = HeldCall.ForAsync(() => _call.Task, () =>
        {
            again.Release();
            // A question that fails says nothing of the call.
            return asked++ % 2 == 0 ? Task.FromResult(true)
                : Task.FromException<bool>(new SiloUnavailableException());
        }, _time, CancellationToken.None);
        using var limit = new CancellationTokenSource(TestLimit.Length);
        for (int i = 0; i < 10; i++)
        {
            // A round may begin after the clock has gone on.
            while (!await again.WaitAsync(TimeSpan.Zero, limit.Token))
            {
                _time.Advance(TimeSpan.FromSeconds(1));
                await Task.Yield();
            }
        }

        _call.SetResult(7);
        Assert.Equal(7, await answer);
    }

    [Fact]
    public async Task A_grain_that_holds_its_states_is_called_again_where_answers_were_lost()
    {
        int calls = 0;
        Assert.Equal(7, await HeldCall.ForAsync(
            () => ++calls <= 5 ? Task.FromException<int>(new TimeoutException()) : Task.FromResult(7),
            () => Task.FromResult(true), _time, CancellationToken.None));
        await Assert.ThrowsAsync<TimeoutException>(() => HeldCall.ForAsync(
            () => Task.FromException<int>(new TimeoutException()),
            () => Task.FromException<bool>(new TimeoutException()), _time, CancellationToken.None));
    }

    [Fact]
    public async Task The_loss_of_the_gateway_ends_calls_that_wait_and_no_later_ones()
    {
        var loss = new GatewayLoss();
        var waiting = loss.Invoke(Call(_call.Task));
        Assert.False(waiting.IsCompleted);
        loss.Report();
        await Assert.ThrowsAsync<SiloUnavailableException>(() => waiting);
        Assert.True(loss.HasOccurred);
        var later = loss.Invoke(Call(_call.Task));
        Assert.False(later.IsCompleted);
        _call.SetResult(7);
        await later;
    }

    private static IOutgoingGrainCallContext Call(Task call) =>
        AnsweringProxy.Of<IOutgoingGrainCallContext>((_, _) => call);
}
