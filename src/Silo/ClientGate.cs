using System.Collections.Concurrent;
using Orleans.Mmu.Interfaces;

namespace Orleans.Mmu.Silo;

/// <summary>
/// What clients may ask of this silo, and how much at once. Machines, scenarios and explorations are theirs to ask; what
/// is inside a machine (CPUs, tables, coordinator, journal) hears other grains only. A client that asks faster than it is
/// answered waits; one that goes on all the same is refused.
/// </summary>
internal sealed class ClientGate(SiloSettings settings) : IIncomingGrainCallFilter
{
    private static readonly HashSet<Type> ForClients = [typeof(IMachineGrain), typeof(IScenarioGrain), typeof(ITracedCpuGrain), typeof(IPartitionGrain)];

    private readonly ConcurrentDictionary<GrainId, Line> _lines = new();

    public async Task Invoke(IIncomingGrainCallContext context)
    {
        if (context.SourceId is not { } source || !source.IsClient())
        {
            await context.Invoke();
            return;
        }

        var asked = context.InterfaceMethod.DeclaringType!;
        if (!settings.Inspection && asked.Namespace == typeof(IMachineGrain).Namespace && !ForClients.Contains(asked))
            throw new RefusedException($"{asked.Name} is not for clients (Silo:Inspection)");
        // How far a boot is must be answered while boots are waited for.
        if (context.MethodName == nameof(IMachineGrain.GetProgress))
        {
            await context.Invoke();
            return;
        }

        var line = _lines.GetOrAdd(source, static (_, s) => new(s.CallsAtOnce), settings);
        await line.EnterAsync(settings.CallsWaiting);
        try
        {
            await context.Invoke();
        }
        finally
        {
            if (line.Leave())
                _lines.TryRemove(new(source, line));
        }
    }

    /// <summary>The calls of one client.</summary>
#pragma warning disable CA1001 // Somebody may still be entering when the last one leaves; without a wait handle there is nothing to free.
    private sealed class Line(int atOnce)
    {
        private readonly SemaphoreSlim _places = new(atOnce, atOnce);
        private int _present;

        public async Task EnterAsync(int mostWaiting)
        {
            if (Interlocked.Increment(ref _present) > atOnce + mostWaiting)
            {
                Interlocked.Decrement(ref _present);
                throw new RefusedException($"the silo refuses a call: this client has {atOnce} at once and {mostWaiting} calls waiting (Silo:CallsAtOnce, Silo:CallsWaiting)");
            }

            await _places.WaitAsync();
        }

        /// <returns>Whether nobody is left.</returns>
        public bool Leave()
        {
            _places.Release();
            return Interlocked.Decrement(ref _present) == 0;
        }
    }
#pragma warning restore CA1001
}
