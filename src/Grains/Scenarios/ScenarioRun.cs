using System.Collections.Immutable;
using Orleans.Mmu.Arm.Choices;
using Orleans.Mmu.Grains.Domain;
using Orleans.Mmu.Grains.Options;
using Orleans.Mmu.Interfaces.Calls;
using Orleans.Mmu.Interfaces.Machines;
using Orleans.Mmu.Interfaces.Plans;
using Orleans.Mmu.Interfaces.Reports;
using Orleans.Mmu.Interfaces.Scenarios;
using Orleans.Mmu.Interfaces.Tables;
using Orleans.Mmu.Linux.Calls;
using Orleans.Mmu.Linux.Protocols;
using Orleans.Mmu.Linux.Splitting;
using Orleans.Mmu.Speculation.Scenarios;
using Orleans.Mmu.Verdicts.Properties;

namespace Orleans.Mmu.Grains.Scenarios;

/// <summary>
/// A scenario on a booted machine: before each call every CPU uses pages, during it they go on loading, between the
/// parts of one that goes on they speculate, after it they use the same pages by the new promises. The run decides
/// nothing about tables.
/// </summary>
internal sealed class ScenarioRun(
    InnerShareableDomain domain, IPageTableGrain tables, Scenario scenario, ScenarioRequest request, BootReport boot,
    MmuOptions options,
    TimeProvider time)
{
    // More of them would say nothing new and make the report unreadable.
    private const int MaxViolations = 64;
    private readonly ImmutableArray<int> _cpus =
        [.. boot.Cpus.Where(c => c.State == CpuRunState.Online).Select(c => c.Id)];
    private readonly RetryPolicy _retries = options.Retries(time);
    private readonly List<Violation> _violations = [];
    private readonly SortedDictionary<string, long> _warnings = new(StringComparer.Ordinal);
    private WorkMessage? _plan;
    private long _works;
    private long _calls;
    private long _sent;
    private long _refused;
    private long _flushes;
    private long _accesses;

    public BootProgress Progress { get; private set; } = new("begins", 0, 0);

    public async Task<ScenarioReport> Perform(CancellationToken cancellationToken)
    {
        var context = new ScenarioContext(unchecked((ulong)request.Seed), request.Machine.Description);
        await Work(0);
        foreach (var call in scenario.Calls(context))
        {
            cancellationToken.ThrowIfCancellationRequested();
            Progress = new($"{scenario.Name}: {call}", _calls, 0);
            var answer = await Perform(call, cancellationToken);
            context.FreePages = answer.FreePages;
            context.LastArea = answer.LastArea;
            context.LastPages = answer.LastPages;
            context.LastError = answer.Error;
            if (answer.Panic is not null || _violations.Count >= MaxViolations)
                break;
            if (IsInspected(_calls))
                await Inspect(cancellationToken);
        }

        var end = await Inspect(cancellationToken);
        return new(boot.Machine, scenario.Name, request.Seed, boot.Mode, _cpus.Length, _calls, _refused, _flushes,
            _accesses,
            boot.After, end.Map, [.. _warnings], [.. _violations.Take(MaxViolations).Select(ViolationReport.Of)]);
    }

    // The first calls of a scenario change most. Later a look now and then is enough, since what breaks stays broken.
    private static bool IsInspected(long calls) => calls <= 8 || calls % 32 == 0;

    private async Task<TablesAnswer> Inspect(CancellationToken cancellationToken)
    {
        var answer = await _retries.CallAsync(() => tables.Inspect(cancellationToken));
        _violations.AddRange(answer.Violations.Where(
            v => !_violations.Exists(known => known.Property == v.Property && known.Address == v.Address)));
        return answer;
    }

    private async Task<KernelCallAnswer> Perform(KernelCall call, CancellationToken cancellationToken)
    {
        ulong seed = new SeededChoice(unchecked((ulong)request.Seed)).Bits(Purpose.Access, _calls);
        await Work(seed);
        _calls++;
        var answering = Send(call, cancellationToken);
        // Only permissions change: a CPU that loads meanwhile must not fault.
        if (call is PermissionCall)
            await Ask(_plan! with { LoadsOnly = true });
        var answer = await answering;
        while (answer.GoesOn)
        {
            await Speculate(seed);
            answer = await Send(call, cancellationToken);
        }

        _refused += answer.Error == KernelError.None ? 0 : 1;
        await Work(seed);
        return answer;
    }

    // A call that goes on is sent again and again, and each of its parts has a number of its own.
    private async Task<KernelCallAnswer> Send(KernelCall call, CancellationToken cancellationToken)
    {
        var command = new KernelCallCommand(++_sent, call, _cpus, request.LeaveOutFlush);
        var answer = await _retries.CallAsync(() => tables.Call(command, cancellationToken));
        _flushes += answer.Flushes;
        foreach (string warning in answer.Warnings)
            _warnings[warning] = _warnings.GetValueOrDefault(warning) + 1;
        if (answer.Panic is { } panic)
            _violations.Add(
                new(Property.KernelPanic, 0, null, panic, [Property.KernelPanic.Sentence]));
        foreach (int cpu in answer.Silent)
            _violations.Add(new(Property.TlbiTimeout, cpu, null,
                $"CPU {cpu} did not finish a broadcast TLBI", [Property.TlbiTimeout.Sentence]));
        return answer;
    }

    private async Task Speculate(ulong seed)
    {
        var plan = await _retries.AskAsync(() => tables.PlanWork(seed, request.Accesses, CancellationToken.None));
        await Ask(plan with { Speculative = true });
    }

    private async Task Work(ulong seed)
    {
        _plan = await _retries.AskAsync(() => tables.PlanWork(seed, request.Accesses, CancellationToken.None));
        await Ask(_plan);
    }

    private async Task Ask(WorkMessage plan)
    {
        var work = plan with { Ordinal = ++_works };
        var answers = await domain.Ask(_cpus, cpu => cpu.Work(work, CancellationToken.None));
        _accesses += work.Speculative ? 0 : (long)answers.Given.Count * work.Plan.Items.Length;
        _violations.AddRange(answers.Given.SelectMany(a => a.Violations));
        foreach (int cpu in answers.Silent)
            _violations.Add(new(Property.RendezvousTimeout, cpu, null, $"CPU {cpu} did not answer",
                [Property.RendezvousTimeout.Sentence]));
    }
}
