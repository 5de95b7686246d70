using Orleans.Core.Internal;
using Orleans.Mmu.Interfaces.Clusters;
using Orleans.Mmu.Interfaces.Cpus;
using Orleans.Mmu.Interfaces.Machines;
using Orleans.Mmu.Interfaces.Reports;
using Orleans.Mmu.Interfaces.Scenarios;
using Orleans.Mmu.Interfaces.StopMachine;
using Orleans.Storage;

namespace Orleans.Mmu.Chaos.Attacks;

/// <summary>A call that a silo refuses to a client.</summary>
/// <param name="Refusal">The refusal's text.</param>
/// <param name="CallAsync">Makes the call; it aims at the machine with a key.</param>
internal sealed record ForbiddenCall(string Name, string Refusal, Func<IGrainFactory, string, Task> CallAsync)
{
    private static readonly CancellationToken None = CancellationToken.None;

    /// <summary>One call of each kind: the machine's own grains, its entry in the list, Orleans' own parts.</summary>
    public static IReadOnlyList<ForbiddenCall> All { get; } =
    [
        new("cpu", NotForClients("ICpuGrain"), (g, m) => g.GetGrain<ICpuGrain>($"{m}/1").Die(None)),
        new("journal", NotForClients("IRunJournalGrain"), (g, m) => g.GetGrain<IRunJournalGrain>(m).Read(None)),
        new("list-enter", NotForClients("IMachineIndexWriterGrain"),
            (g, m) => g.GetGrain<IMachineIndexWriterGrain>(MachineIndex.PartOf(m)).Enter(EntryOf(m), None)),
        new("list-drop", NotForClients("IMachineIndexWriterGrain"),
            (g, m) => g.GetGrain<IMachineIndexWriterGrain>(MachineIndex.PartOf(m)).Drop(m, None)),
        new("list-key", "IMachineIndexGrain: expected a key of a number from 0 to 63",
            (g, _) => g.GetGrain<IMachineIndexGrain>("64").List(None)),
        new("list-storage", "IMachineIndexGrain: expected a key of a number from 0 to 63",
            (g, _) => g.GetGrain<IMachineIndexGrain>("0/0").List(None)),
        new("silos-key", "ISilosGrain: expected a key of 0", (g, _) => g.GetGrain<ISilosGrain>("1").List(None)),
        new("explorations-list", NotForClients("IExplorationListGrain"),
            (g, _) => g.GetGrain<IExplorationListGrain>(IExplorationListGrain.OnlyKey).List(None)),
        new("explorations-key", "IExplorationWriterGrain: expected a key of 0",
            (g, m) => g.GetGrain<IExplorationWriterGrain>("1")
                .Report(new(m, "forged", 1, 1, ExplorationState.Holds, null), None)),
        new("part", NotForClients("IMachinePartGrain"),
            (g, m) => g.GetGrain<IScenarioGrain>(m).AsReference<IMachinePartGrain>().Remove(None)),
        new("statistics", "IManagementGrain.GetDetailedGrainStatistics is not for clients",
            (g, _) => g.GetGrain<IManagementGrain>(0).GetDetailedGrainStatistics()),
        new("collect", "IManagementGrain.ForceActivationCollection is not for clients",
            (g, _) => g.GetGrain<IManagementGrain>(0).ForceActivationCollection(TimeSpan.Zero)),
        new("deactivate-cpu", "IGrainManagementExtension.DeactivateOnIdle is not for clients",
            (g, m) => DeactivateAsync(g.GetGrain<ICpuGrain>($"{m}/1"))),
        new("deactivate-machine", "IGrainManagementExtension.DeactivateOnIdle is not for clients",
            (g, m) => DeactivateAsync(g.GetGrain<IMachineGrain>(m))),
        new("reminder", "IRemindable.ReceiveReminder is not for clients",
            (g, m) => g.GetGrain<IMachineGrain>(m).AsReference<IRemindable>().ReceiveReminder("boot", new())),
        new("storage", "IMemoryStorageGrain.DeleteStateAsync<T> is not for clients",
            (g, m) => g.GetGrain<IMemoryStorageGrain>(0)
                .DeleteStateAsync<ReadOnlyMemory<byte>>($"machine-machine/{m}", null!)),
    ];

    /// <summary>A list's entry that no machine has written.</summary>
    public static MachineEntry EntryOf(string machine) => new()
    {
        Key = machine,
        Machine = "forged",
        Cpus = 1,
        Outcome = MachineOutcome.Panic,
        Began = DateTimeOffset.UnixEpoch,
        Changed = DateTimeOffset.UnixEpoch,
        Silo = "",
        Epoch = long.MaxValue,
    };

    private static string NotForClients(string grain) => $"{grain} is not for clients (Silo:Inspection)";

    private static Task DeactivateAsync(IAddressable grain) =>
        grain.AsReference<IGrainManagementExtension>().DeactivateOnIdle().AsTask();
}
