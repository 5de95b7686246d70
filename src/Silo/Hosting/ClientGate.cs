using System.Reflection;
using System.Threading.RateLimiting;
using Orleans.Mmu.Distribution.Searches;
using Orleans.Mmu.Distribution.TlbReplays;
using Orleans.Mmu.Interfaces.Calls;
using Orleans.Mmu.Interfaces.Machines;
using Orleans.Mmu.Interfaces.Scenarios;
using Orleans.Mmu.Silo.Settings;

namespace Orleans.Mmu.Silo.Hosting;

/// <summary>
/// What clients may ask of this silo, and how much at once. Machines, scenarios and explorations are theirs to ask;
/// what
/// is inside a machine (CPUs, tables, coordinator, journal) hears other grains only. A client that asks faster than it
/// is
/// answered waits; one that goes on all the same is refused.
/// </summary>
internal sealed class ClientGate(SiloSettings settings) : IIncomingGrainCallFilter, IDisposable
{
    private static readonly HashSet<Type> ForClients =
        [typeof(IMachineGrain), typeof(IScenarioGrain), typeof(ITracedCpuGrain), typeof(IPartitionGrain)];

    // Orleans' own grains answer clients of the cluster as Orleans decides.
    private static readonly HashSet<Assembly> OfTheLaboratory =
        [typeof(IMachineGrain).Assembly, typeof(IPartitionGrain).Assembly];

    // A line for each client; one that has been empty for some seconds is forgotten.
    private readonly PartitionedRateLimiter<GrainId> _lines = PartitionedRateLimiter.Create<GrainId, GrainId>(client =>
        RateLimitPartition.GetConcurrencyLimiter(
            client, _ => new() { PermitLimit = settings.CallsAtOnce, QueueLimit = settings.CallsWaiting }));

    public async Task Invoke(IIncomingGrainCallContext context)
    {
        if (context.SourceId is not { } source || !source.IsClient())
        {
            await context.Invoke();
            return;
        }

        var asked = context.InterfaceMethod.DeclaringType!;
        if (!settings.Inspection && OfTheLaboratory.Contains(asked.Assembly) && !ForClients.Contains(asked))
            throw new RefusedException($"{asked.Name} is not for clients (Silo:Inspection)");
        // How far a boot is must be answered while boots are waited for.
        if (context.MethodName == nameof(IMachineGrain.GetProgress))
        {
            await context.Invoke();
            return;
        }

        using var place = await _lines.AcquireAsync(source);
        if (!place.IsAcquired)
        {
            throw new RefusedException(
                $"the silo refuses a call: this client has {settings.CallsAtOnce} at once and {settings.CallsWaiting} "
                + "calls waiting (Silo:CallsAtOnce, Silo:CallsWaiting)");
        }

        await context.Invoke();
    }

    public void Dispose() => _lines.Dispose();
}
