using System.Reflection;
using System.Threading.RateLimiting;
using Orleans.Mmu.Distribution.Searches;
using Orleans.Mmu.Distribution.TlbReplays;
using Orleans.Mmu.Interfaces.Calls;
using Orleans.Mmu.Interfaces.Clusters;
using Orleans.Mmu.Interfaces.Machines;
using Orleans.Mmu.Interfaces.Scenarios;
using Orleans.Mmu.Silo.Gateways;
using Orleans.Mmu.Silo.Settings;

namespace Orleans.Mmu.Silo.Hosting;

/// <summary>
/// The list of calls that clients may make, and the number of calls that one client may make at once. Every other call
/// is refused: the grains inside a machine, Orleans' management, reminders, storage, and the extensions of every grain.
/// A client that calls faster than it is answered waits.
/// </summary>
/// <remarks>
/// A call that waits here holds the turn of the grain that it calls. So a call waits here only in a grain that its
/// client alone uses (a partition, a traced CPU), until the queue is full. Others may call a machine or a scenario too:
/// such a call is answered at once with <see cref="GatewayTooBusyException"/>, and the client waits and repeats it.
/// The caller in a message is the client of its connection, because <see cref="GatewayInspection"/> checks that.
/// </remarks>
internal sealed class ClientGate(SiloSettings settings) : IIncomingGrainCallFilter, IDisposable
{
    private static readonly HashSet<Type> ForClients =
    [
        typeof(IMachineGrain), typeof(IScenarioGrain), typeof(ITracedCpuGrain), typeof(IPartitionGrain),
        typeof(IMachineIndexGrain), typeof(ISilosGrain), typeof(IExplorationWriterGrain),
    ];

    private static readonly HashSet<Type> OfOneClient = [typeof(ITracedCpuGrain), typeof(IPartitionGrain)];

    private static readonly HashSet<Assembly> OfTheLaboratory =
        [typeof(IMachineGrain).Assembly, typeof(IPartitionGrain).Assembly];

    // Calls that every Orleans client makes itself, independently of its program; the types are internal to Orleans.
    private const string Manifest = "Orleans.Runtime.IClusterManifestSystemTarget";
    private const string Cancellation = "Orleans.Runtime.IGrainCallCancellationExtension";

    // One queue for each client; it is removed after it has been empty for some seconds.
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
        // A progress query must be answered while boots wait, and Orleans' own calls must be answered at once.
        if (context.MethodName == nameof(IMachineGrain.GetProgress) || !OfTheLaboratory.Contains(asked.Assembly))
        {
            await context.Invoke();
            return;
        }

        bool mayWait = OfOneClient.Contains(asked);
        using var place = mayWait ? await _lines.AcquireAsync(source) : _lines.AttemptAcquire(source);
        if (!place.IsAcquired)
        {
            throw mayWait
                ? new RefusedException(
                    $"the silo refuses a call: this client has {settings.CallsAtOnce} at once and "
                    + $"{settings.CallsWaiting} calls waiting (Silo:CallsAtOnce, Silo:CallsWaiting)")
                : new GatewayTooBusyException(
                    $"the silo begins no further call: this client has {settings.CallsAtOnce} at once "
                    + "(Silo:CallsAtOnce; try again later)");
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
            ? $"{asked.Name}: expected a key of {RuleFor(asked)}" : null;
    }

    private static string RuleFor(Type asked) =>
        asked == typeof(IMachineIndexGrain) ? $"a number from 0 to {MachineIndex.Parts - 1}"
        : asked == typeof(ISilosGrain) ? ISilosGrain.OnlyKey
        : asked == typeof(IExplorationWriterGrain) ? IExplorationListGrain.OnlyKey
        : $"{MachineKey.Rule} (of a part: and \"/\" and its number)";

    private static bool IsOrleansOwn(IIncomingGrainCallContext context, Type asked, GrainId source) =>
        asked == typeof(IManagementGrain) ? context.MethodName == nameof(IManagementGrain.GetHosts)
        : asked.FullName == Manifest
        // A client may cancel only its own calls.
        || (asked.FullName == Cancellation && context.Request.GetArgument(0) is GrainId caller && caller == source);
}
