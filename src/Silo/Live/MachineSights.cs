using Orleans.Mmu.Interfaces.Machines;
using Orleans.Mmu.Viewer.Live;

namespace Orleans.Mmu.Silo.Live;

/// <summary>
/// Looks at a machine. A look asks the machine's grain, which answers between its other turns and asks its coordinator
/// and its journal; no CPU is called.
/// </summary>
internal sealed class MachineSights(IGrainFactory grains, BegunBoots begun, Replays replays)
{
    public async Task<MachineSight> OfAsync(string key, CancellationToken cancellationToken) =>
        await LookAsync(key, cancellationToken) with { Replay = replays.Find(key) };

    private async Task<MachineSight> LookAsync(string key, CancellationToken cancellationToken)
    {
        if (!MachineKey.IsValid(key))
            return new MachineSight.Unknown();
        var machine = grains.GetGrain<IMachineGrain>(key);
        var details = await machine.GetDetails(cancellationToken);
        if (details?.Report is { } report)
        {
            // The whole report has the timeline, which the details leave out.
            var whole = await machine.Attach(cancellationToken);
            return new MachineSight.Ended(details, whole.Report ?? report);
        }

        var asked = begun.Find(key);
        if (asked?.Refusal is { } refusal)
            return new MachineSight.Refused(asked.Request, refusal);
        if (details is not null)
            return new MachineSight.Booting(details);
        return asked is null ? new MachineSight.Unknown()
            : new MachineSight.Asked(asked.Request, await machine.GetProgress(cancellationToken));
    }
}
