using System.Collections.Concurrent;
using Orleans.Mmu.Arm.Choices;
using Orleans.Mmu.Coordination.Runs;
using Orleans.Mmu.Interfaces.Cpus;
using Orleans.Mmu.Interfaces.Machines;
using Orleans.Mmu.Interfaces.Plans;
using Orleans.Mmu.Interfaces.Tables;
using Orleans.Mmu.Testing.Faults;

namespace Orleans.Mmu.Chaos.Network;

/// <summary>
/// The fate of every message of a boot, from a seed. It follows from what the message is (to whom, which command of
/// which epoch, which attempt), not from when it is sent, so that a seed repeats its fates whatever the threads do. A
/// message is lost at most twice, question or answer: other tests cover grains that never answer.
/// </summary>
internal sealed class HostileWeather(long seed)
{
    private const int MostLosses = 2;

    private readonly SeededChoice _choice = new(unchecked((ulong)seed));
    private readonly ConcurrentDictionary<(string Method, string Target, long Message), int> _attempts = new();
    private int _met;
    private int _lost;

    /// <summary>Messages with another fate than none.</summary>
    public int Met => _met;

    /// <summary>Questions and answers that were lost.</summary>
    public int Lost => _lost;

    public Fault Of(IOutgoingGrainCallContext context)
    {
        // Calls to a silo's own replica never touch a network.
        if (context.InterfaceMethod.DeclaringType == typeof(ITableReplicaGrain))
            return Fault.None;
        string key = context.TargetId.Key.ToString() ?? "";
        string target = context.TargetId.Type + key[(key.IndexOf('/', StringComparison.Ordinal) + 1)..][..1];
        int attempt = _attempts.AddOrUpdate((context.MethodName, target, Message(context)), 1, (_, n) => n + 1);
        ulong bits = _choice.Bits(Purpose.Walk, Hash(context.MethodName + target), Message(context), attempt);
        bool canBeLost = attempt <= MostLosses && context.MethodName != nameof(IMachineGrain.GetProgress);
        var fault = (bits % 16) switch
        {
            0 or 1 => Fault.Duplicate,
            2 or 3 or 4 => Fault.Delay,
            5 or 6 when canBeLost => Fault.LoseAnswer,
            7 when canBeLost => Fault.Lose,
            8 when canBeLost => Fault.LoseAndReplay,
            _ => Fault.None,
        };
        if (fault != Fault.None)
            Interlocked.Increment(ref _met);
        if (fault is Fault.LoseAnswer or Fault.Lose or Fault.LoseAndReplay)
            Interlocked.Increment(ref _lost);
        return fault;
    }

    private static long Message(IOutgoingGrainCallContext context) =>
        context.Request.GetArgumentCount() == 0 ? 0 : context.Request.GetArgument(0) switch
        {
            PhaseCommand command => (command.Epoch << 32) | (uint)command.Sequence,
            SplitCommand command => (command.Epoch << 32) | (uint)command.Sequence,
            TlbiMessage message => message.Ordinal,
            WorkMessage work => work.Ordinal,
            KernelCallCommand call => call.Sequence,
            long number => context.Request.GetArgumentCount() > 1
                && context.Request.GetArgument(1) is RunWindow window ? window.Ordinal : number,
            _ => 0,
        };

    private static long Hash(string text)
    {
        long hash = 17;
        foreach (char c in text)
            hash = unchecked(hash * 31 + c);
        return hash;
    }
}
