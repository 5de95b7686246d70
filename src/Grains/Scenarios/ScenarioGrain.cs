using Microsoft.Extensions.Options;
using Orleans.Mmu.Checking;
using Orleans.Mmu.Interfaces;

namespace Orleans.Mmu.Grains;

/// <summary>Boots its machine and runs one scenario on it.</summary>
public sealed class ScenarioGrain(IOptions<MmuOptions> options, TimeProvider time) : Grain, IScenarioGrain
{
    private ScenarioRun? _run;
    private ScenarioAnswer? _answer;

    public async Task<ScenarioAnswer> Run(ScenarioRequest request, CancellationToken cancellationToken)
    {
        // A repeat gets the first answer.
        if (_answer is not null)
            return _answer;
        if (Scenario.Find(request.Scenario) is not { } scenario)
            return new(null, $"\"{request.Scenario}\" is no scenario; expected one of {string.Join(", ", Scenario.All.Select(s => s.Name))}");
        string key = this.GetPrimaryKeyString();
        var boot = await GrainFactory.GetGrain<IMachineGrain>(key)
            .Boot(new(request.Machine, Linux.RepaintProtocols.IdmapReserved.Name, request.Seed, false, false), cancellationToken);
        if (boot.Report is not { } report)
            return new(null, boot.InputError);
        if (report.Outcome != MachineOutcome.Online)
            return new(null, $"{report.Machine}: expected a machine that comes up, found {report.Outcome}");
        var domain = new InnerShareableDomain(GrainFactory, key, options.Value, time);
        _run = new ScenarioRun(domain, GrainFactory.GetGrain<IPageTableGrain>(key), scenario, request, report, options.Value);
        return _answer = new(await _run.Perform(cancellationToken), null);
    }

    public Task<BootProgress> GetProgress(CancellationToken cancellationToken) =>
        Task.FromResult(_run?.Progress ?? new("boots", 0, 0));
}
