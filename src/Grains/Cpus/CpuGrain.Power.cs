using Orleans.Mmu.Interfaces.Cpus;
using Orleans.Mmu.Linux.Protocols;

namespace Orleans.Mmu.Grains.Cpus;

/// <summary>How a CPU comes online and dies, which is what storage has of it.</summary>
internal sealed partial class CpuGrain
{
    public async Task<CpuReport> PowerOn(CancellationToken cancellationToken)
    {
        var cpu = await SpeculatingCpuAsync();
        if (cpu.Cpu.State == CpuRunState.Offline)
        {
            await Persist(CpuRunState.Online, state.State.TakenUp);
            // A call that was under way for long may end in the middle of a run that began without this CPU.
            if ((await StandingAsync()).IsAbsent)
            {
                await Persist(CpuRunState.Offline, state.State.TakenUp);
                return CpuReports.Of(_machine!, _key.Id, cpu);
            }

            cpu.Cpu.PowerOn();
            // Create what a run needs now, so that no CPU is stopped for it.
            await _tables.Version(0, cancellationToken);
            Timer();
        }

        return CpuReports.Of(_machine!, _key.Id, cpu);
    }

    public async Task<CpuReport> Die(CancellationToken cancellationToken)
    {
        var cpu = await SpeculatingCpuAsync();
        await Persist(CpuRunState.Dead, state.State.TakenUp);
        cpu.Cpu.Die();
        Disarm();
        return CpuReports.Of(_machine!, _key.Id, cpu);
    }

    // Persist only Online and Dead; everything else follows from the run record.
    private async Task Persist(CpuRunState run, long takenUp)
    {
        var before = (state.State.Run, state.State.TakenUp);
        if (before == (run, takenUp))
            return;
        try
        {
            (state.State.Run, state.State.TakenUp) = (run, takenUp);
            await state.WriteStateAsync(CancellationToken.None);
        }
        catch
        {
            (state.State.Run, state.State.TakenUp) = before;
            throw;
        }
    }
}
