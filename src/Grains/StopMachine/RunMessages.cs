using Orleans.Mmu.Coordination.Runs;
using Orleans.Mmu.Interfaces.Cpus;
using Orleans.Mmu.Interfaces.Reports;
using Orleans.Mmu.Linux.Protocols;
using Orleans.Mmu.Verdicts.Properties;

namespace Orleans.Mmu.Grains.StopMachine;

/// <summary>Between a run's values and the messages that carry them.</summary>
internal static class RunMessages
{
    public static WindowMessage ToMessage(this RunWindow window, bool record) => new(window.Ordinal, window.After,
        window.OrderedVersion, window.CurrentVersion, window.Plan?.ToMessage() ?? new(0, [], -1))
    {
        Changes = [.. window.Changes.Select(c => KeyValuePair.Create(c.Version, c.Step))],
        Record = record,
    };

    public static CpuFacts ToFacts(this CpuAnswer answer) => new(answer.Cpu, answer.Stale,
        answer.State == CpuRunState.Parked, answer.SeesMap, answer.Reborn, !answer.Recorded.IsEmpty,
        [.. answer.Violations.Select(ToViolation)]);

    public static Violation ToViolation(this ViolationReport report) => new(
        Property.All.Single(p => p.Name == report.Rule), report.Cpu, report.Address is { } va ? new(va) : null,
        report.Message, report.Explanation);

    public static ReplayAction ToAction(this ReplayEvent happened) => new(
        happened.Cpu, happened.Step is { } text && Step.TryParse(text, out var step) ? step : null,
        (Linux.LinearMap.RepaintRange?)happened.Split, happened.Walk is { } va ? new(va) : null, happened.Text);
}
