using Orleans.Mmu.Chaos.Processes;
using Orleans.Mmu.Client.Laboratories;
using Orleans.Mmu.Interfaces.Calls;
using Orleans.Mmu.Interfaces.Cpus;
using Orleans.Mmu.Interfaces.Machines;
using Orleans.Mmu.Interfaces.Reports;
using Orleans.Mmu.Interfaces.StopMachine;
using Orleans.Mmu.Interfaces.Tables;
using Orleans.Mmu.Linux.ProtocolFiles;
using Orleans.Mmu.Linux.Protocols;

namespace Orleans.Mmu.Tests.Cluster;

/// <summary>A silo that is asked to stop ends what it does, and its machines live on elsewhere.</summary>
public sealed class GracefulStopTests
{
    [RedisFact]
    public async Task Machines_boot_and_answer_while_a_silo_goes()
    {
        await using var cluster = await RedisCluster.StartAsync();
        var stays = await cluster.StartSiloAsync("--Silo:Inspection=true");
        var goes = await cluster.StartSiloAsync("--Silo:Inspection=true");
        await using var laboratory = await Laboratory.OpenAsync(Gateways.Of(stays.Gateway), CancellationToken.None);
        var keys = Enumerable.Range(0, 24).Select(i => $"graceful-{i}-{Guid.NewGuid():N}").ToList();
        var before = await Task.WhenAll(keys.Take(8).Select(BootAsync));
        var during = keys.Skip(8).Select(BootAsync).ToList();
        await goes.Process.TerminateAsync();
        var after = await Task.WhenAll(during);
        await goes.Process.Ended;

        Assert.All(before.Concat(after), report => Assert.Equal(
            (MachineOutcome.Online, "repaint", 0), (report.Outcome, report.Mode, report.Violations.Length)));
        // Those that had booted on the silo that went are found on the other, CPUs and tables too.
        foreach (string key in keys)
        {
            Assert.Equal(MachineOutcome.Online, await laboratory.Grains.GetGrain<IMachineGrain>(key)
                .GetOutcome(CancellationToken.None));
            Assert.Equal(CpuRunState.Online, await laboratory.Grains.GetGrain<ICpuGrain>($"{key}/7")
                .GetState(CancellationToken.None));
            Assert.Empty(
                (await laboratory.Grains.GetGrain<IPageTableGrain>(key).Inspect(CancellationToken.None)).Violations);
        }

        Task<BootReport> BootAsync(string key)
        {
            var machine = laboratory.Grains.GetGrain<IMachineGrain>(key);
            var request = new BootRequest(new("test", Orleans.Mmu.Tests.Boot.Lab.Small("asymmetric")),
                RepaintProtocols.IdmapReserved.Name, 1, false, false);
            return LongCallAnswer.OfAsync(async token => (await machine.Boot(request, token)).Report!,
                machine.GetProgress, CancellationToken.None);
        }
    }

    [RedisFact]
    public async Task Clients_call_machines_and_not_what_is_inside_them()
    {
        await using var cluster = await RedisCluster.StartAsync();
        var silo = await cluster.StartSiloAsync("--Silo:CallsAtOnce=2", "--Silo:CallsWaiting=4");
        await using var laboratory = await Laboratory.OpenAsync(Gateways.Of(silo.Gateway), CancellationToken.None);
        string key = $"gate-{Guid.NewGuid():N}";
        var request = new BootRequest(new("test", Orleans.Mmu.Tests.Boot.Lab.Small("asymmetric")),
            RepaintProtocols.IdmapReserved.Name, 1, false, false);
        Assert.Equal(MachineOutcome.Online, (await laboratory.Grains.GetGrain<IMachineGrain>(key)
            .Boot(request, CancellationToken.None)).Report!.Outcome);
        await Assert.ThrowsAsync<RefusedException>(
            () => laboratory.Grains.GetGrain<ICpuGrain>($"{key}/1").Die(CancellationToken.None));
        await Assert.ThrowsAsync<RefusedException>(
            () => laboratory.Grains.GetGrain<IRunJournalGrain>(key).Write(
                RunRecord.None, default, CancellationToken.None));

        // A call of a machine does not wait in the machine: it is answered at once, and the client repeats it.
        var machines =
            Enumerable.Range(0, 40).Select(i => laboratory.Grains.GetGrain<IMachineGrain>($"{key}{i}")).ToList();
        var flood = machines.Select(m => m.Boot(request, CancellationToken.None)).ToList();
        await ((Task)Task.WhenAll(flood)).ConfigureAwait(
            ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        Assert.InRange(
            flood.Count(f => f.IsCompletedSuccessfully && f.Result.Report!.Outcome == MachineOutcome.Online), 2, 39);
        Assert.All(flood.Where(f => f.IsFaulted), f => Assert.Contains("this client has 2 at once",
            Assert.IsType<GatewayTooBusyException>(f.Exception!.InnerException).Message, StringComparison.Ordinal));
        var answers = await Task.WhenAll(machines.Select(m => LongCallAnswer.OfAsync(
            token => m.Boot(request, token), m.GetProgress, CancellationToken.None)));
        Assert.All(answers, a => Assert.Equal(MachineOutcome.Online, a.Report!.Outcome));
    }
}
