using Orleans.Core.Internal;
using Orleans.Mmu.Distribution.Searches;
using Orleans.Mmu.Interfaces.Calls;
using Orleans.Mmu.Interfaces.Clusters;
using Orleans.Mmu.Interfaces.Cpus;
using Orleans.Mmu.Interfaces.Machines;
using Orleans.Mmu.Interfaces.Reports;
using Orleans.Mmu.Interfaces.Scenarios;
using Orleans.Mmu.Interfaces.StopMachine;
using Orleans.Storage;

namespace Orleans.Mmu.Tests.Cluster;

/// <summary>What a silo refuses to a client that knows Orleans: each line of SECURITY.md, attacked.</summary>
public sealed class GateTests(GateSilo silo) : IClassFixture<GateSilo>
{
    private static readonly CancellationToken None = CancellationToken.None;

    public static TheoryData<string, string> Refused => new()
    {
        { "cpu", "ICpuGrain is not for clients (Silo:Inspection)" },
        { "journal", "IRunJournalGrain is not for clients (Silo:Inspection)" },
        { "list-enter", "IMachineIndexWriterGrain is not for clients (Silo:Inspection)" },
        { "list-drop", "IMachineIndexWriterGrain is not for clients (Silo:Inspection)" },
        { "list-key", "IMachineIndexGrain: expected a key of a number from 0 to 63" },
        { "list-storage", "IMachineIndexGrain: expected a key of a number from 0 to 63" },
        { "silos-key", "ISilosGrain: expected a key of 0" },
        { "part", "IMachinePartGrain is not for clients (Silo:Inspection)" },
        { "statistics", "IManagementGrain.GetDetailedGrainStatistics is not for clients" },
        { "collect", "IManagementGrain.ForceActivationCollection is not for clients" },
        { "deactivate-cpu", "IGrainManagementExtension.DeactivateOnIdle is not for clients" },
        { "deactivate-machine", "IGrainManagementExtension.DeactivateOnIdle is not for clients" },
        { "reminder", "IRemindable.ReceiveReminder is not for clients" },
        { "storage", "IMemoryStorageGrain.DeleteStateAsync<T> is not for clients" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task What_is_not_named_is_refused(string what, string line)
    {
        await using var attacker = await new AttackingClient().ConnectAsync(silo.Running);
        var refusal = await Assert.ThrowsAsync<RefusedException>(() => Call(attacker.Grains, what));
        Assert.Equal(line, refusal.Message);
    }

    [Fact]
    public async Task What_is_refused_leaves_the_list_as_it_was()
    {
        await using var attacker = await new AttackingClient().ConnectAsync(silo.Running);
        await Assert.ThrowsAsync<RefusedException>(() => Call(attacker.Grains, "list-drop"));
        await Assert.ThrowsAsync<RefusedException>(() => Call(attacker.Grains, "list-enter"));
        var part = attacker.Grains.GetGrain<IMachineIndexGrain>(MachineIndex.PartOf(GateSilo.Victim));
        var entry = Assert.Single((await part.List(None)).Entries, e => e.Key == GateSilo.Victim);
        Assert.NotEqual(Forged.Machine, entry.Machine);
        Assert.Single(await attacker.Grains.GetGrain<ISilosGrain>(ISilosGrain.OnlyKey).List(None));
    }

    private static MachineEntry Forged { get; } = new()
    {
        Key = GateSilo.Victim,
        Machine = "forged",
        Cpus = 1,
        Outcome = MachineOutcome.Panic,
        Began = DateTimeOffset.UnixEpoch,
        Changed = DateTimeOffset.UnixEpoch,
        Silo = "",
        Epoch = long.MaxValue,
    };

    private static Task Call(IGrainFactory grains, string what) => what switch
    {
        "cpu" => grains.GetGrain<ICpuGrain>($"{GateSilo.Victim}/1").Die(None),
        "journal" => grains.GetGrain<IRunJournalGrain>(GateSilo.Victim).Read(None),
        "list-enter" => grains.GetGrain<IMachineIndexWriterGrain>(MachineIndex.PartOf(GateSilo.Victim))
            .Enter(Forged, None),
        "list-drop" => grains.GetGrain<IMachineIndexWriterGrain>(MachineIndex.PartOf(GateSilo.Victim))
            .Drop(GateSilo.Victim, None),
        "list-key" => grains.GetGrain<IMachineIndexGrain>("64").List(None),
        "list-storage" => grains.GetGrain<IMachineIndexGrain>("0/0").List(None),
        "silos-key" => grains.GetGrain<ISilosGrain>("1").List(None),
        "part" => grains.GetGrain<IScenarioGrain>(GateSilo.Victim).AsReference<IMachinePartGrain>().Remove(None),
        "statistics" => grains.GetGrain<IManagementGrain>(0).GetDetailedGrainStatistics(),
        "collect" => grains.GetGrain<IManagementGrain>(0).ForceActivationCollection(TimeSpan.Zero),
        "deactivate-cpu" => grains.GetGrain<ICpuGrain>($"{GateSilo.Victim}/1").AsReference<IGrainManagementExtension>()
            .DeactivateOnIdle().AsTask(),
        "deactivate-machine" => grains.GetGrain<IMachineGrain>(GateSilo.Victim)
            .AsReference<IGrainManagementExtension>().DeactivateOnIdle().AsTask(),
        "reminder" => grains.GetGrain<IMachineGrain>(GateSilo.Victim).AsReference<IRemindable>()
            .ReceiveReminder("boot", new()),
        _ => grains.GetGrain<IMemoryStorageGrain>(0)
            .DeleteStateAsync<ReadOnlyMemory<byte>>($"machine-machine/{GateSilo.Victim}", null!),
    };

    [Theory]
    [InlineData("a/b")]
    [InlineData("a\nb")]
    [InlineData("\u202eabc")]
    [InlineData("refused/0")]
    [InlineData(257)]
    [InlineData(50_000)]
    public async Task A_key_is_judged_in_every_call(object key)
    {
        string text = key as string ?? new string('k', (int)key);
        await using var attacker = await new AttackingClient().ConnectAsync(silo.Running);
        var machine = attacker.Grains.GetGrain<IMachineGrain>(text);
        var scenario = attacker.Grains.GetGrain<IScenarioGrain>(text);
        string rule = $"expected a key of {MachineKey.Rule} (of a part: and \"/\" and its number)";
        Assert.Equal($"IMachineGrain: {rule}", await RefusalAsync(() => machine.GetProgress(None)));
        Assert.Equal($"IMachineGrain: {rule}", await RefusalAsync(() => machine.GetOutcome(None)));
        Assert.Equal($"IMachineGrain: {rule}", await RefusalAsync(() => machine.Boot(null!, None)));
        Assert.Equal($"IScenarioGrain: {rule}", await RefusalAsync(() => scenario.GetProgress(None)));
        if (!text.EndsWith("/0", StringComparison.Ordinal) || text.StartsWith("refused", StringComparison.Ordinal))
            Assert.Equal(
                $"IPartitionGrain: {rule}",
                await RefusalAsync(() => attacker.Grains.GetGrain<IPartitionGrain>(text).Forget(None)));
    }

    [Theory]
    [InlineData("grain", "it sends messages in another's name")]
    [InlineData("no one", "it sends messages in another's name")]
    [InlineData("response", "it answers a request that no silo sent")]
    [InlineData("correction", "it sends addresses of grains, which only silos do")]
    [InlineData("hash", "its messages have other hashes than their bytes")]
    public async Task A_forged_message_ends_its_connection(string lie, string reason)
    {
        int before = silo.Count(reason);
        await using var attacker = await new AttackingClient().ConnectAsync(silo.Running);
        attacker.ForgeHead = lie switch
        {
            "grain" => ForgedHead.FromGrain,
            "no one" => ForgedHead.FromNoOne,
            "response" => ForgedHead.Response,
            "correction" => ForgedHead.Correction,
            _ => ForgedHead.OtherHash,
        };
        _ = attacker.Grains.GetGrain<ICpuGrain>($"{GateSilo.Victim}/1").Die(None);
        await silo.LogsAsync(reason, before);
        // What others have is as it was.
        var report = await silo.BootAsync(GateSilo.Victim);
        Assert.Empty(report.Violations);
    }

    [Theory]
    [InlineData("silocontrol")]
    [InlineData("manifest")]
    public async Task A_silo_s_own_parts_are_out_of_reach(string part)
    {
        await using var attacker = await new AttackingClient().ConnectAsync(silo.Running);
        var address = SiloAddress.New(silo.Running.Gateway, 0);
        var target = SystemTargetGrainId.Create(SystemTargetGrainId.CreateGrainType(part), address).GrainId;
        attacker.ForgeHead = ForgedHead.Nowhere;
        await Assert.ThrowsAnyAsync<Exception>(
            () => attacker.Grains.GetGrain<IManagementGrain>(target).GetHosts(onlyActive: true));
        Assert.NotNull(await silo.BootAsync(GateSilo.Victim));
    }

    [Fact]
    public async Task A_client_is_no_silo()
    {
        const string Reason = "it claims not to be a client";
        int before = silo.Count(Reason);
        await using var attacker = new AttackingClient { ForgePreamble = ForgedHead.AsSilo };
        await Assert.ThrowsAnyAsync<Exception>(() => attacker.ConnectAsync(silo.Running));
        await silo.LogsAsync(Reason, before);
    }

    [Fact]
    public async Task A_message_is_no_longer_than_a_machine_may_be()
    {
        const string Reason = "expected messages of at most 64 KB and 8 MB, found";
        int before = silo.Count(Reason);
        await using var attacker = await new AttackingClient().ConnectAsync(silo.Running);
        var request = new BootRequest(new("m.json", new string(' ', 9 << 20)), "idmap-reserved", 1, false, false);
        _ = attacker.Grains.GetGrain<IMachineGrain>("large").Boot(request, None);
        await silo.LogsAsync(Reason, before);
        Assert.NotNull(await silo.BootAsync(GateSilo.Victim));
    }

    private static async Task<string> RefusalAsync(Func<Task> call) =>
        (await Assert.ThrowsAsync<RefusedException>(call)).Message;
}
