using System.Globalization;
using System.Text;
using Orleans.Metadata;
using Orleans.Mmu.Distribution.Searches;
using Orleans.Mmu.Distribution.TlbReplays;
using Orleans.Mmu.Grains.Clusters;
using Orleans.Mmu.Grains.Machines;
using Orleans.Mmu.Grains.Scenarios;
using Orleans.Mmu.Interfaces.Clusters;
using Orleans.Mmu.Interfaces.Machines;
using Orleans.Mmu.Silo.Settings;

namespace Orleans.Mmu.Silo.Gateways;

/// <summary>
/// The grains that a client's message may activate, each with the rule for its keys. A message for any other grain is
/// redirected to a reserved key of the same type, where <see cref="Hosting.ClientGate"/> refuses it. So a refused call
/// neither reaches nor activates the grain that it names.
/// </summary>
internal sealed class OpenGrains
{
    private static readonly UTF8Encoding Strict =
        new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    // A grain of Orleans: how many silos there are, and which grains are active on them.
    private static readonly GrainType Management = GrainType.Create("management");
    private static readonly GrainType Manifest = SystemTargetGrainId.CreateGrainType("manifest");

    private readonly Dictionary<GrainType, Func<string, bool>> _keys;
    private readonly GrainType _machine;

    public OpenGrains(SiloSettings settings, GrainTypeResolver types)
    {
        _machine = types.GetGrainType(typeof(MachineGrain));
        _keys = new()
        {
            [_machine] = MachineKey.IsValid,
            [types.GetGrainType(typeof(ScenarioGrain))] = MachineKey.IsValid,
            [types.GetGrainType(typeof(PartitionGrain))] = IsNumbered,
            [types.GetGrainType(typeof(TracedCpuGrain))] = IsNumbered,
            [types.GetGrainType(typeof(MachineIndexGrain))] = MachineIndex.IsPart,
            [types.GetGrainType(typeof(SilosGrain))] = key => key == ISilosGrain.OnlyKey,
            [types.GetGrainType(typeof(ExplorationListGrain))] = key => key == IExplorationListGrain.OnlyKey,
            [Management] = key => key == "0",
        };
        if (!settings.Inspection)
            return;
        foreach (var inside in typeof(MachineGrain).Assembly.GetTypes()
            .Where(t => !t.IsAbstract && typeof(Grain).IsAssignableFrom(t)))
            _keys.TryAdd(types.GetGrainType(inside), key => MachineKey.IsValid(key) || IsNumbered(key));
    }

    /// <summary>The reserved key of the grains that refuse; no rule allows it.</summary>
    public static IdSpan Refused { get; } = IdSpan.Create("refused/0");

    /// <summary>The grain that a client's message is sent to.</summary>
    /// <param name="gateway">The address of this silo's gateway.</param>
    public GrainId Route(in MessageHead head, SiloAddress gateway)
    {
        var target = head.Target;
        if (target.Type == Manifest && IsHere(head.TargetSilo, gateway))
            return target;
        if (target.Type.IsDefault || target.IsSystemTarget() || target.IsClient())
            return GrainId.Create(_machine, Refused);
        return _keys.TryGetValue(target.Type, out var isValid) && isValid(Text(target.Key)) && target.Key != Refused
            ? target : GrainId.Create(target.Type, Refused);
    }

    // Decides as Orleans does: for an address other than its own, it would open a connection to that address.
    private static bool IsHere(SiloAddress? silo, SiloAddress gateway) =>
        silo is not null && silo.Endpoint.Port == gateway.Endpoint.Port
        && (silo.Generation == gateway.Generation
            ? silo.Endpoint.Address.Equals(gateway.Endpoint.Address)
                || System.Net.IPAddress.IsLoopback(silo.Endpoint.Address)
            : silo.Generation == 0 && silo.Endpoint.Address.Equals(gateway.Endpoint.Address));

    private static bool IsNumbered(string key) =>
        key.LastIndexOf('/') is > 0 and var slash && MachineKey.IsValid(key[..slash])
        && int.TryParse(key.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out _);

    private static string Text(IdSpan key)
    {
        try
        {
            return Strict.GetString(key.AsSpan());
        }
        catch (DecoderFallbackException)
        {
            return "";
        }
    }
}
