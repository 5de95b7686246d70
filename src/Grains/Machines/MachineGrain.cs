using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Mmu.Interfaces;
using Orleans.Mmu.Linux;

namespace Orleans.Mmu.Grains;

/// <summary>A machine: boots once, and its report is persisted.</summary>
public sealed class MachineGrain(
    [PersistentState("machine")] IPersistentState<MachineState> state, IOptions<MmuOptions> options, TimeProvider time, ILogger<MachineGrain> logger)
    : Grain, IMachineGrain
{
    private BootSequence? _boot;

    public async Task<BootAnswer> Boot(BootRequest request, CancellationToken cancellationToken)
    {
        if (state.State.Report is { } known)
            return new(known, null);
        try
        {
            // What a client sends is as untrusted as a file: it is read, and refused in one line.
            _ = request.Machine.Description;
        }
        catch (InputException e)
        {
            return new(null, e.Message);
        }

        if (RepaintProtocols.Find(request.Protocol) is null)
            return new(null, $"\"{request.Protocol}\" is no protocol; expected one of {string.Join(", ", RepaintProtocols.All.Select(p => p.Name))}");
        await Persist(MachineOutcome.Booting, null);
        _boot = new BootSequence(GrainFactory, this.GetPrimaryKeyString(), request, options.Value, time);
        BootReport report;
        try
        {
            report = await _boot.Run(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            await Persist(MachineOutcome.Cancelled, null);
            throw;
        }

        logger.LogInformation(
            "Machine {Machine} is {Outcome} in mode {Mode} with {Violations} violations",
            this.GetPrimaryKeyString(), report.Outcome, report.Mode, report.Violations.Length);
        await Persist(report.Outcome, report);
        return new(report, null);
    }

    public Task<BootProgress> GetProgress(CancellationToken cancellationToken) =>
        _boot is null ? Task.FromResult(new BootProgress("waiting", 0, 0)) : _boot.Progress();

    public Task<MachineOutcome> GetOutcome(CancellationToken cancellationToken) => Task.FromResult(state.State.Outcome);

    private Task Persist(MachineOutcome outcome, BootReport? report)
    {
        (state.State.Outcome, state.State.Report) = (outcome, report);
        return state.WriteStateAsync(CancellationToken.None);
    }
}
