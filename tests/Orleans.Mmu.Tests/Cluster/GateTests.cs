using Orleans.Mmu.Chaos.Attacks;
using Orleans.Mmu.Distribution.Searches;
using Orleans.Mmu.Interfaces.Calls;
using Orleans.Mmu.Interfaces.Clusters;
using Orleans.Mmu.Interfaces.Cpus;
using Orleans.Mmu.Interfaces.Machines;
using Orleans.Mmu.Interfaces.Scenarios;

namespace Orleans.Mmu.Tests.Cluster;

/// <summary>What a silo refuses to a client that knows Orleans: each line of SECURITY.md, attacked.</summary>
public sealed class GateTests(GateSilo silo) : IClassFixture<GateSilo>
{
    private static readonly CancellationToken None = CancellationToken.None;

    public static TheoryData<string> Refused => [.. ForbiddenCall.All.Select(c => c.Name)];

    public static TheoryData<string> Lies => [.. MessageLie.All.Select(l => l.Name)];

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task What_is_not_named_is_refused(string what)
    {
        var call = ForbiddenCall.All.Single(c => c.Name == what);
        await using var attacker = await new AttackingClient().ConnectAsync(silo.Running.Gateway);
        Assert.Equal(call.Refusal, await RefusalAsync(() => call.CallAsync(attacker.Grains, GateSilo.Victim)));
    }

    [Fact]
    public async Task What_is_refused_leaves_the_list_as_it_was()
    {
        await using var attacker = await new AttackingClient().ConnectAsync(silo.Running.Gateway);
        foreach (var call in ForbiddenCall.All.Where(c => c.Name.StartsWith("list-", StringComparison.Ordinal)))
            await Assert.ThrowsAsync<RefusedException>(() => call.CallAsync(attacker.Grains, GateSilo.Victim));
        var part = attacker.Grains.GetGrain<IMachineIndexGrain>(MachineIndex.PartOf(GateSilo.Victim));
        var entry = Assert.Single((await part.List(None)).Entries, e => e.Key == GateSilo.Victim);
        Assert.NotEqual(ForbiddenCall.EntryOf(GateSilo.Victim).Machine, entry.Machine);
        Assert.Single(await attacker.Grains.GetGrain<ISilosGrain>(ISilosGrain.OnlyKey).List(None));
    }

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
        await using var attacker = await new AttackingClient().ConnectAsync(silo.Running.Gateway);
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
    [MemberData(nameof(Lies))]
    public async Task A_forged_message_ends_its_connection(string what)
    {
        var lie = MessageLie.All.Single(l => l.Name == what);
        int before = silo.Count(lie.Reason);
        await using var attacker = await new AttackingClient().ConnectAsync(silo.Running.Gateway);
        attacker.ForgeHead = lie.Forge;
        _ = attacker.Grains.GetGrain<ICpuGrain>($"{GateSilo.Victim}/1").Die(None);
        await silo.LogsAsync(lie.Reason, before);
        // What others have is as it was.
        var report = await silo.BootAsync(GateSilo.Victim);
        Assert.Empty(report.Violations);
    }

    [Theory]
    [InlineData("silocontrol")]
    [InlineData("manifest")]
    public async Task A_silo_s_own_parts_are_out_of_reach(string part)
    {
        await using var attacker = await new AttackingClient().ConnectAsync(silo.Running.Gateway);
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
        await Assert.ThrowsAnyAsync<Exception>(() => attacker.ConnectAsync(silo.Running.Gateway));
        await silo.LogsAsync(Reason, before);
    }

    [Fact]
    public async Task A_message_is_no_longer_than_a_machine_may_be()
    {
        const string Reason = "expected messages of at most 64 KB and 8 MB, found";
        int before = silo.Count(Reason);
        await using var attacker = await new AttackingClient().ConnectAsync(silo.Running.Gateway);
        var request = new BootRequest(new("m.json", new string(' ', 9 << 20)), "idmap-reserved", 1, false, false);
        _ = attacker.Grains.GetGrain<IMachineGrain>("large").Boot(request, None);
        await silo.LogsAsync(Reason, before);
        Assert.NotNull(await silo.BootAsync(GateSilo.Victim));
    }

    private static async Task<string> RefusalAsync(Func<Task> call) =>
        (await Assert.ThrowsAsync<RefusedException>(call)).Message;
}
