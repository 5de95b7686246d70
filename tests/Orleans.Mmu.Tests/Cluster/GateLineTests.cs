using Orleans.Mmu.Distribution.TlbReplays;
using Orleans.Mmu.Interfaces.Calls;
using Orleans.Mmu.Interfaces.Machines;
using Orleans.Mmu.Interfaces.Scenarios;
using Orleans.Mmu.Silo.Hosting;
using Orleans.Mmu.Silo.Settings;

namespace Orleans.Mmu.Tests.Cluster;

/// <summary>
/// A client at its limit holds no grain that others use: the gate runs in the turn of the grain that is called, so the
/// turn is over when the gate's task has ended.
/// </summary>
public sealed class GateLineTests : IDisposable
{
    private static readonly GrainId Greedy = GrainId.Create("sys.client", "greedy");
    private static readonly GrainId Other = GrainId.Create("sys.client", "other");
    private static readonly GrainId Inside = GrainId.Create("scenario", "one");

    private readonly ClientGate _gate = new(new SiloSettings { CallsAtOnce = 2, CallsWaiting = 3 });

    public void Dispose() => _gate.Dispose();

    [Theory]
    [InlineData(typeof(IMachineGrain), nameof(IMachineGrain.Boot))]
    [InlineData(typeof(IMachineGrain), nameof(IMachineGrain.GetOutcome))]
    [InlineData(typeof(IScenarioGrain), nameof(IScenarioGrain.Run))]
    public async Task Calls_beyond_the_limit_hold_no_turn_and_others_pass(Type asked, string method)
    {
        var running = Enumerable.Range(0, 2).Select(_ => Call(Greedy, asked, method)).ToList();
        for (int i = 0; i < 5; i++)
        {
            var (refused, call) = Call(Greedy, asked, method);
            Assert.True(refused.IsCompleted);
            var busy = await Assert.ThrowsAsync<GatewayTooBusyException>(() => refused);
            Assert.True(CallFailures.HasUnknownOutcome(busy));
            Assert.False(call.IsInvoked);
        }

        Assert.True(Call(Other, asked, method).Call.IsInvoked);
        Assert.True(Call(Inside, asked, method).Call.IsInvoked);
        Assert.True(Call(Greedy, typeof(IMachineGrain), nameof(IMachineGrain.GetProgress)).Call.IsInvoked);
        running[0].Call.End();
        await running[0].Gate;
        Assert.True(Call(Greedy, asked, method).Call.IsInvoked);
    }

    [Fact]
    public async Task A_call_of_a_grain_that_its_client_alone_uses_waits()
    {
        var asked = typeof(ITracedCpuGrain);
        var calls = Enumerable.Range(0, 5).Select(_ => Call(Greedy, asked, nameof(ITracedCpuGrain.Hear))).ToList();
        Assert.Equal([true, true, false, false, false], calls.Select(c => c.Call.IsInvoked));
        await Assert.ThrowsAsync<RefusedException>(() => Call(Greedy, asked, nameof(ITracedCpuGrain.Hear)).Gate);
        Assert.True(Call(Other, typeof(IMachineGrain), nameof(IMachineGrain.Boot)).Call.IsInvoked);

        // Each call that ends lets the next one through, and their own ends may come at once.
        foreach (var (_, call) in calls)
            call.End();
        await Task.WhenAll(calls.Select(c => c.Gate));
        Assert.All(calls, c => Assert.True(c.Call.IsInvoked));
    }

    private (Task Gate, IncomingCall Call) Call(GrainId source, Type asked, string method)
    {
        var call = new IncomingCall(source, asked, method);
        return (_gate.Invoke(call.Context), call);
    }
}
