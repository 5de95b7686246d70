using System.Reflection;
using System.Threading.RateLimiting;
using Orleans.Mmu.Distribution.Searches;
using Orleans.Mmu.Distribution.TlbReplays;
using Orleans.Mmu.Interfaces.Calls;
using Orleans.Mmu.Interfaces.Machines;
using Orleans.Mmu.Interfaces.Scenarios;
using Orleans.Mmu.Silo.Gateways;
using Orleans.Mmu.Silo.Settings;

namespace Orleans.Mmu.Silo.Hosting;

/// <summary>
/// The calls that clients may make, by name, and how many at once. What is named nowhere here is refused: what is
/// inside a machine, Orleans' management, reminders, storage, and the extensions that every grain has. A client that
/// asks faster than it is answered waits; one that goes on all the same is refused.
/// </summary>
/// <remarks>
/// The caller's identity in a message is what <see cref="GatewayInspection"/> has let in: a client's own.
/// </remarks>
internal sealed class ClientGate(SiloSettings settings) : IIncomingGrainCallFilter, IDisposable
{
    private static readonly HashSet<Type> ForClients =
        [typeof(IMachineGrain), typeof(IScenarioGrain), typeof(ITracedCpuGrain), typeof(IPartitionGrain)];

    private static readonly HashSet<Assembly> OfTheLaboratory =
        [typeof(IMachineGrain).Assembly, typeof(IPartitionGrain).Assembly];

    // What an Orleans client asks by itself, whatever its program does; the types are Orleans' own.
    private const string Manifest = "Orleans.Runtime.IClusterManifestSystemTarget";
    private const string Cancellation = "Orleans.Runtime.IGrainCallCancellationExtension";

    // A line for each client; one that has been empty for some seconds is forgotten.
    private readonly PartitionedRateLimiter<GrainId> _lines = PartitionedRateLimiter.Create<GrainId, GrainId>(client =>
        RateLimitPartition.GetConcurrencyLimiter(
            client, _ => new() { PermitLimit = settings.CallsAtOnce, QueueLimit = settings.CallsWaiting }));

    public async Task Invoke(IIncomingGrainCallContext context)
    {
        if (context.SourceId is not { } source || !GatewayClient.Is(source))
        {
            await context.Invoke();
            return;
        }

        var asked = context.InterfaceMethod.DeclaringType!;
        if (Refusal(context, asked, source) is { } refusal)
            throw new RefusedException(refusal);
        // How far a boot is must be answered while boots are waited for; and what Orleans asks is answered at once.
        if (context.MethodName == nameof(IMachineGrain.GetProgress) || !OfTheLaboratory.Contains(asked.Assembly))
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

    private string? Refusal(IIncomingGrainCallContext context, Type asked, GrainId source)
    {
        if (OfTheLaboratory.Contains(asked.Assembly))
        {
            if (!settings.Inspection && !ForClients.Contains(asked))
                return $"{asked.Name} is not for clients (Silo:Inspection)";
        }
        else if (!IsOrleansOwn(context, asked, source))
        {
            return $"{asked.Name}.{context.MethodName} is not for clients";
        }

        return context.TargetId.Key == OpenGrains.Refused
            ? $"{asked.Name}: expected a key of {MachineKey.Rule} (of a part: and \"/\" and its number)" : null;
    }

    private static bool IsOrleansOwn(IIncomingGrainCallContext context, Type asked, GrainId source) =>
        asked == typeof(IManagementGrain) ? context.MethodName == nameof(IManagementGrain.GetHosts)
        : asked.FullName == Manifest
        // A client ends the calls that are its own.
        || (asked.FullName == Cancellation && context.Request.GetArgument(0) is GrainId caller && caller == source);
}
