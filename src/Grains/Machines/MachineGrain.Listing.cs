using Orleans.Mmu.Coordination.Journals;
using Orleans.Mmu.Interfaces.Machines;
using Orleans.Mmu.Interfaces.Reports;
using Orleans.Mmu.Interfaces.StopMachine;

namespace Orleans.Mmu.Grains.Machines;

/// <summary>What a machine says of itself to those who list machines or look at one.</summary>
public sealed partial class MachineGrain
{
    private MachineState Now => _written.Outcome == MachineOutcome.New ? _begun ?? _written : _written;

    public async Task<MachineEntry?> GetEntry(CancellationToken cancellationToken)
    {
        var now = Now;
        if (_listing.Of(now) is not { } entry)
            return null;
        await _listing.EnterAsync(now);
        return entry;
    }

    public async Task<MachineDetails?> GetDetails(CancellationToken cancellationToken)
    {
        if (Now is not { Request: { } request } now || _listing.Of(now) is not { } entry)
            return null;
        var journal = GrainFactory.GetGrain<IRunJournalGrain>(this.GetPrimaryKeyString());
        var run = now.Outcome == MachineOutcome.Removing ? RunHead.None : await options.Value.Retries(time)
            .AskAsync(async () => (await journal.Read(CancellationToken.None)).Head);
        return new()
        {
            Entry = entry,
            Protocol = request.Protocol,
            Seed = request.Seed,
            TakenUp = now.TakenUp,
            Progress = await GetProgress(cancellationToken),
            RunPhase = run.Life == RunLife.NeverBegun ? null : run.Phase.ToString(),
            RunEpoch = run.Stamp.Epoch,
            Report = now.Report is { } report ? report with { Trace = [], Recorded = [] } : null,
            Log = now.Report?.Log ?? _boot?.Log ?? [],
        };
    }
}
