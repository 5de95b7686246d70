namespace Orleans.Mmu.Client.Laboratories;

/// <summary>
/// Ends the calls that wait for an answer when the client loses its gateway: the answers were to come through it. On
/// its own Orleans lets each of these calls wait for its response timeout, which is 30 seconds and more.
/// </summary>
internal sealed class GatewayLoss : IOutgoingGrainCallFilter
{
    private TaskCompletionSource _lost = NotLost();

    /// <summary>Whether the connection has broken at any time.</summary>
    public bool HasOccurred { get; private set; }

    /// <summary>The connection has broken; calls that are made from now on wait for the next loss.</summary>
    public void Report()
    {
        HasOccurred = true;
        Interlocked.Exchange(ref _lost, NotLost()).TrySetResult();
    }

    /// <exception cref="SiloUnavailableException">The gateway was lost; the call may have been performed.</exception>
    public async Task Invoke(IOutgoingGrainCallContext context)
    {
        var lost = Volatile.Read(ref _lost).Task;
        var call = context.Invoke();
        await Task.WhenAny(call, lost);
        if (!call.IsCompleted)
            throw new SiloUnavailableException("the silo that the answer was to come through has gone");
        await call;
    }

    private static TaskCompletionSource NotLost() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
