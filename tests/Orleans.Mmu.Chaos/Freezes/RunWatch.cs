using Orleans.Mmu.Coordination.Journals;
using Orleans.Mmu.Interfaces.Calls;
using Orleans.Mmu.Interfaces.Cpus;
using Orleans.Mmu.Interfaces.StopMachine;
using Orleans.Mmu.Linux.Protocols;

namespace Orleans.Mmu.Chaos.Freezes;

/// <summary>
/// Looks at a machine through one silo, while its tables change as fast as that answers: reads the journal, looks at
/// some CPUs, and reads the journal again. The phase is Changing once in a run, so that CPUs were looked at in it where
/// both reads say so.
/// </summary>
/// <param name="silo">The silo's number.</param>
/// <param name="grains">What the silo answers.</param>
/// <param name="cpus">How many CPUs the machine has.</param>
internal sealed class RunWatch(int silo, IGrainFactory grains, string machine, int cpus)
{
    private const int AtOnce = 12;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private RunHead _newest = RunHead.None;

    /// <summary>The newest record that was read.</summary>
    public RunHead Newest => _newest;

    /// <summary>Looks at a CPU while the phase was Changing.</summary>
    public int Looks { get; private set; }

    /// <summary>CPUs that lack the level and were not parked outside the map, in words.</summary>
    public List<string> OnMap { get; } = [];

    /// <summary>Ended runs that were open again afterwards, in words.</summary>
    public List<string> Reopened { get; } = [];

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var journal = grains.GetGrain<IRunJournalGrain>(machine);
        int next = 1;
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                var before = await ReadAsync(journal, cancellationToken);
                if (before.Phase != RunPhase.Changing)
                {
                    await Task.Delay(20, cancellationToken);
                    continue;
                }

                // The last CPU of each machine lacks the level: it is looked at each time.
                int[] chosen =
                [
                    .. Enumerable.Range(0, Math.Min(AtOnce, cpus - 1)).Select(i => 1 + (next + i) % (cpus - 1))
                        .Append(cpus - 1).Distinct(),
                ];
                next += AtOnce;
                var seen = await Task.WhenAll(chosen.Select(
                    c => grains.GetGrain<ICpuGrain>($"{machine}/{c}").GetReport(cancellationToken)))
                    .WaitAsync(Patience, cancellationToken);
                var after = await ReadAsync(journal, cancellationToken);
                if (after.Phase == RunPhase.Changing)
                    Look(seen, before, after);
            }
            catch (Exception e) when (e is OperationCanceledException or InvalidOperationException
                || CallFailures.HasUnknownOutcome(e))
            {
                // A silo that does not answer shows nothing.
                await Task.Delay(5, CancellationToken.None);
            }
        }
    }

    private async Task<RunHead> ReadAsync(IRunJournalGrain journal, CancellationToken cancellationToken)
    {
        var head = (await journal.Read(cancellationToken).WaitAsync(Patience, cancellationToken)).Head;
        if (_newest.Life == RunLife.Ended && head.Life != RunLife.Ended)
            Reopened.Add($"{_newest.Stamp} had ended, and {head.Stamp} is {head.Life} in {head.Phase}");
        return _newest = head;
    }

    private void Look(CpuReport[] seen, RunHead before, RunHead after)
    {
        Looks += seen.Length;
        OnMap.AddRange(seen
            .Where(c => !c.SplitsLive
                && (c.Ttbr1 != RootSymbol.Of(RootTable.Reserved) || c.State != CpuRunState.Parked))
            .Select(c => $"CPU {c.Id} ({c.Core}) is {c.State} on {c.Ttbr1} while the tables change, epoch "
                + $"{before.Stamp.Epoch} to {after.Stamp.Epoch}, as silo {silo} says"));
    }
}
