using Orleans.Core.Internal;
using Orleans.Mmu.Coordination.Journals;
using Orleans.Mmu.Interfaces.Cpus;
using Orleans.Mmu.Interfaces.StopMachine;
using Orleans.Mmu.Interfaces.Tables;
using Orleans.Mmu.Linux.ProtocolFiles;
using Orleans.Mmu.Linux.Protocols;
using Orleans.Mmu.Speculation.Recording;

namespace Orleans.Mmu.Tests.Boot;

/// <summary>
/// A CPU whose power-on ends in the middle of a run that began without it, and one that is lost in the middle.
/// </summary>
[Collection(nameof(OneSilo))]
public class AbsentCpuTests(OneSilo lab)
{
    [Theory]
    [InlineData(RunPhase.Gathering)]
    [InlineData(RunPhase.Changing)]
    public async Task It_stays_off_until_the_run_is_over(RunPhase phase)
    {
        string machine = await PaintedAsync();
        await RunAsync(machine, phase, cpus: [0, 1]);

        Assert.Equal(CpuRunState.Offline, await PowerOnAsync(machine, 2));

        await RunAsync(machine, RunPhase.Released, cpus: [0, 1]);
        Assert.Equal(CpuRunState.Online, await PowerOnAsync(machine, 2));
    }

    [Fact]
    public async Task A_CPU_of_the_run_comes_up_in_it()
    {
        string machine = await PaintedAsync();
        await RunAsync(machine, RunPhase.Gathering, cpus: [0, 1]);

        Assert.Equal(CpuRunState.Online, await PowerOnAsync(machine, 1));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_answer_of_a_CPU_that_was_lost_before_it_has_the_steps_that_it_took_alone(bool isRecorded)
    {
        string machine = await PaintedAsync();
        await PowerOnAsync(machine, 1);
        await RunAsync(machine, RunPhase.Gathering, cpus: [0, 1]);
        var cpu = lab.Grains.GetGrain<ICpuGrain>($"{machine}/1");
        await cpu.AsReference<IGrainManagementExtension>().DeactivateOnIdle();

        // The CPU that takes its place waits before the coordinator asks it to.
        Assert.Equal(CpuRunState.Parked, await cpu.GetState(CancellationToken.None));
        var parks = RepaintProtocols.IdmapReserved.Parks!;
        var answer = await cpu.Perform(
            new(1, 1, parks.Name, parks.Steps, new(1, "", 0, 0, [], Plan: null, isRecorded),
                RepaintProtocols.IdmapReserved.WayBack),
            CancellationToken.None);

        Assert.True(answer.Reborn);
        Assert.Equal(isRecorded ? parks.Steps.Select(s => s.Text) : [],
            answer.Recorded.Where(e => e.Kind == RunEventKind.Step).Select(e => e.Text));
    }

    private async Task<CpuRunState> PowerOnAsync(string machine, int cpu) =>
        (await lab.Grains.GetGrain<ICpuGrain>($"{machine}/{cpu}").PowerOn(CancellationToken.None)).State;

    private async Task<string> PaintedAsync()
    {
        string machine = $"absent-{Guid.NewGuid():N}";
        await lab.Grains.GetGrain<IPageTableGrain>(machine).Paint(
            new("test", Lab.Small("asymmetric")), false, true, CancellationToken.None);
        return machine;
    }

    // Writes what a coordinator of epoch 1 writes until its run is in a phase.
    private async Task RunAsync(string machine, RunPhase phase, int[] cpus)
    {
        var journal = lab.Grains.GetGrain<IRunJournalGrain>(machine);
        var record = await journal.Read(CancellationToken.None);
        if (record.Head.Life == RunLife.NeverBegun)
        {
            var request = new StopMachineRequest("idmap-reserved", [.. cpus], 1, 1, 1, false)
            {
                Epoch = 1,
                PageSize = 4096,
            };
            var begun = new RunRecord { Request = request }.With(RunHead.Begin(Guid.NewGuid(), 1));
            Assert.True(await journal.Write(begun, record.Head.Stamp, CancellationToken.None));
            record = begun;
        }

        while (record.Phase != phase)
        {
            var next = record.With(record.Head.Enter(record.Phase + 1));
            Assert.True(await journal.Write(next, record.Head.Stamp, CancellationToken.None));
            record = next;
        }
    }
}
