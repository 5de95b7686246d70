using Microsoft.Extensions.Options;
using Orleans.Mmu.Grains.Admission;
using Orleans.Mmu.Grains.Domain;
using Orleans.Mmu.Grains.Options;
using Orleans.Mmu.Grains.Placement;
using Orleans.Mmu.Grains.Storage;
using Orleans.Mmu.Grains.Telemetry;
using Orleans.Mmu.Interfaces.Machines;
using Orleans.Mmu.Interfaces.Reports;
using Orleans.Mmu.Interfaces.Scenarios;
using Orleans.Mmu.Interfaces.Tables;
using Orleans.Mmu.Speculation.Scenarios;

namespace Orleans.Mmu.Grains.Scenarios;

/// <summary>Boots its machine and runs one scenario on it.</summary>
[GrainType("scenario"), MachinePlacement, CollectionAgeLimit(Minutes = MmuOptions.MinutesIdle)]
public sealed class ScenarioGrain([PersistentState("scenario")] IPersistentState<ScenarioState> state,
    IOptions<MmuOptions> options, TimeProvider time, MmuMeter meter)
    : Grain, IScenarioGrain, IMachinePartGrain
{
    private ScenarioRun? _run;
    private bool _isBooting;

    // What storage has acknowledged.
    private ScenarioState _written = new();

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _written = state.State;
        return Task.CompletedTask;
    }

    public async Task<ScenarioAnswer> Run(ScenarioRequest request, CancellationToken cancellationToken)
    {
        // A repeat gets the first answer.
        if (_written.Answer is { } known)
            return known;
        if (RequestLimits.WhatIsWrongWith(this.GetPrimaryKeyString(), request) is { } wrong)
            return new(null, wrong);
        if (Scenario.Find(request.Scenario) is not { } scenario)
            return new(null,
                $"\"{request.Scenario}\" is no scenario; expected one of "
                + $"{string.Join(", ", Scenario.All.Select(s => s.Name))}");
        _isBooting = true;
        try
        {
            return await PerformAsync(request, scenario, cancellationToken);
        }
        finally
        {
            // The answer is in storage; progress says that nothing is being done any more.
            (_run, _isBooting) = (null, false);
        }
    }

    public async Task Remove(CancellationToken cancellationToken)
    {
        DeactivateOnIdle();
        await state.ClearStateAsync(CancellationToken.None);
    }

    public Task<BootProgress> GetProgress(CancellationToken cancellationToken) =>
        Task.FromResult(_run?.Progress ?? (_isBooting ? new("boots", 0, 0) : BootProgress.Waiting));

    private async Task<ScenarioAnswer> PerformAsync(
        ScenarioRequest request, Scenario scenario, CancellationToken cancellationToken)
    {
        string key = this.GetPrimaryKeyString();
        var machine = GrainFactory.GetGrain<IMachineGrain>(key);
        var wanted = new BootRequest(
            request.Machine, Linux.ProtocolFiles.RepaintProtocols.IdmapReserved.Name, request.Seed, false, false);
        var boot = await options.Value.Retries(time)
            .LastAsync(() => machine.Boot(wanted, cancellationToken), machine.GetProgress);
        if (boot.Report is not { } report)
            return new(null, boot.InputError);
        if (report.Outcome != MachineOutcome.Online)
            return new(null, $"{report.Machine}: expected a machine that comes up, found {report.Outcome}");
        // The promises to its CPUs were lost with the silo: the machine survives, the scenario does not.
        if (_written.IsBegun)
            return await Keep(new(
                null, $"{report.Machine}: a silo was lost in the middle of {scenario.Name} (run the command again)"));
        await WriteAsync(new() { IsBegun = true });
        var domain = new InnerShareableDomain(GrainFactory, key, options.Value, time, meter);
        _run = new ScenarioRun(
            domain, GrainFactory.GetGrain<IPageTableGrain>(key), scenario, request, report, options.Value, time);
        return await Keep(new(await _run.Perform(cancellationToken), null));
    }

    private async Task<ScenarioAnswer> Keep(ScenarioAnswer answer)
    {
        await WriteAsync(new() { IsBegun = _written.IsBegun, Answer = answer });
        return answer;
    }

    private async Task WriteAsync(ScenarioState next)
    {
        state.State = next;
        await state.WriteOrDeactivateAsync(this);
        _written = next;
    }
}
