using System.Collections.Concurrent;
using Orleans.Mmu.Distribution.Searches;
using Orleans.Mmu.Interfaces.Calls;
using Orleans.Mmu.Interfaces.Cpus;

namespace Orleans.Mmu.Testing.Faults;

/// <summary>
/// Decides the fate of each call between the machine's grains; off by default. Orleans' own calls and those of a client
/// meet no faults. Replayed messages are kept, so that a test can deliver them when their epoch is over.
/// </summary>
/// <remarks>A silo has it by <c>AddMmu(faults)</c>; every silo of a cluster gets the same object.</remarks>
public sealed class MessageFaults : IOutgoingGrainCallFilter
{
    private readonly ConcurrentQueue<Func<Task>> _late = new();
    private readonly AsyncLocal<bool> _resending = new();
    private int _met;

    /// <summary>Fate by method name and key of the target; see <see cref="SeededFaults"/>.</summary>
    public Func<string, string, Fault>? Fate { get; set; }

    /// <summary>Fate of every message of the laboratory, where it does not follow from method and key alone.</summary>
    public Func<IOutgoingGrainCallContext, Fault>? Weather { get; set; }

    /// <summary>How many calls met another fate than none.</summary>
    public int Met => _met;

    // Orleans' own calls (membership, directory, reminders) meet no faults.
    private static readonly System.Reflection.Assembly[] Ours =
        [typeof(ICpuGrain).Assembly, typeof(IPartitionGrain).Assembly];

    public async Task Invoke(IOutgoingGrainCallContext context)
    {
        if (_resending.Value)
        {
            await context.Invoke();
            return;
        }

        string target = context.TargetId.Key.ToString() ?? "";
        var fault = context.InterfaceMethod.DeclaringType?.Assembly is { } asked && Ours.Contains(asked)
            ? Fate?.Invoke(context.MethodName, target) ?? Weather?.Invoke(context) ?? Fault.None
            : Fault.None;
        if (fault != Fault.None)
            Interlocked.Increment(ref _met);
        switch (fault)
        {
            case Fault.Duplicate:
                var again = Copy(context);
                await Task.WhenAll(context.Invoke(), again());
                break;
            case Fault.Delay:
                // Others that are ready go first, as on a slower path between silos.
                for (int i = 0; i < 50; i++)
                    await Task.Yield();
                await context.Invoke();
                break;
            case Fault.LoseAnswer:
                await context.Invoke();
                throw new TimeoutException("the answer was lost");
            case Fault.Lose:
                throw new TimeoutException("the message was lost");
            case Fault.LoseAndReplay:
                _late.Enqueue(Copy(context));
                throw new TimeoutException("the message is late");
            default:
                await context.Invoke();
                break;
        }
    }

    /// <summary>Every message is delivered once again, and the count begins anew.</summary>
    public void Reset()
    {
        (Fate, Weather) = (null, null);
        _met = 0;
        _late.Clear();
    }

    /// <summary>Delivers the late messages, last first; a message that fails now is dropped.</summary>
    public async Task DeliverLate()
    {
        foreach (var send in _late.Reverse())
        {
            try
            {
                await send();
            }
            catch (Exception e) when (CallFailures.HasUnknownOutcome(e))
            {
                // A connection that broke may not be back.
            }
        }

        _late.Clear();
    }

    // A second message of its own: a call context can be sent only once, and its arguments go with it.
    private Func<Task> Copy(IOutgoingGrainCallContext context)
    {
        // The sender may have given up since; the message is delivered all the same.
        object?[] arguments =
            [.. Enumerable.Range(0, context.Request.GetArgumentCount()).Select(context.Request.GetArgument)
            .Select(a => a is CancellationToken ? CancellationToken.None : a)];
        if (context.InterfaceMethod.GetParameters().Length == arguments.Length + 1)
            arguments = [.. arguments, CancellationToken.None];
        var (method, target) = (context.InterfaceMethod, context.Grain);
        return async () =>
        {
            _resending.Value = true;
            try
            {
                await (Task)method.Invoke(target, arguments)!;
            }
            finally
            {
                _resending.Value = false;
            }
        };
    }
}
