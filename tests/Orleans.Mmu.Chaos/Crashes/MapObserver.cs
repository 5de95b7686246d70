using Orleans.Mmu.Coordination.Cpus;
using Orleans.Mmu.Coordination.Journals;
using Orleans.Mmu.Interfaces.Calls;
using Orleans.Mmu.Interfaces.Cpus;
using Orleans.Mmu.Interfaces.StopMachine;
using Orleans.Mmu.Linux.Protocols;

namespace Orleans.Mmu.Chaos.Crashes;

/// <summary>
/// Looks at every CPU again and again while a machine boots, crashes and comes back: a CPU that may not split live must
/// not have the kernel's map in TTBR1 while the tables are between two states. The phase is asked before and after;
/// only where it was the same both times is it known what it was in between.
/// </summary>
internal sealed class MapObserver(IGrainFactory grains, string machine, int cpus)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    /// <summary>Looks in a phase in which no parked CPU may see the map.</summary>
    public int Looks { get; private set; }

    /// <summary>The first CPU that saw what it must not, in words.</summary>
    public string? Broken { get; private set; }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var journal = grains.GetGrain<IRunJournalGrain>(machine);
        for (int cpu = 1; !cancellationToken.IsCancellationRequested && Broken is null; cpu = cpu % (cpus - 1) + 1)
        {
            try
            {
                var before = await journal.GetStanding(cpu, cancellationToken).WaitAsync(Patience, cancellationToken);
                if (before.Phase is RunPhase.Changing)
                {
                    var seen = await grains.GetGrain<ICpuGrain>($"{machine}/{cpu}").GetReport(cancellationToken)
                        .WaitAsync(Patience, cancellationToken);
                    var after = await journal.GetStanding(cpu, cancellationToken)
                        .WaitAsync(Patience, cancellationToken);
                    if (after.Phase == before.Phase)
                        Look(seen, after);
                }
                else
                {
                    await Task.Delay(1, cancellationToken);
                }
            }
            catch (Exception e) when (e is InvalidOperationException or OperationCanceledException
                || CallFailures.HasUnknownOutcome(e))
            {
                // A CPU whose silo is dead, or not yet there, is not looked at.
            }
        }
    }

    private void Look(CpuReport seen, CpuStanding standing)
    {
        Looks++;
        if (!seen.SplitsLive && (seen.Ttbr1 != RootSymbol.Of(RootTable.Reserved) || seen.State != CpuRunState.Parked))
            Broken = $"CPU {seen.Id} is {seen.State} with {seen.Ttbr1} in epoch {standing.Epoch} while the tables "
                + $"change";
    }
}
