using Orleans.Mmu.Interfaces.Cpus;
using Orleans.Mmu.Interfaces.Plans;
using Orleans.Mmu.Speculation.Work;

namespace Orleans.Mmu.Grains.Cpus;

/// <summary>The loads and stores of a CPU that is in no run, and the audit of its TLB.</summary>
internal sealed partial class CpuGrain
{
    private LoadsAndStores? _work;
    private long _lastWork;
    private CpuAnswer? _lastWorkAnswer;

    public async Task<CpuAnswer> Work(WorkMessage work, CancellationToken cancellationToken)
    {
        var cpu = await SpeculatingCpuAsync();
        // A flush may have reached the CPU while it asked; the tables that it uses are not older than that flush.
        var tables = await _tables.NotOlder(work.Version, cancellationToken);
        if (work.Ordinal == _lastWork)
            return _lastWorkAnswer!;
        // Promises may have been withdrawn since the message was sent.
        if (work.Ordinal < _lastWork)
            return _answers.Stale(cpu, _epoch.Current);
        _lastWork = work.Ordinal;
        _work ??= new(cpu.Cpu);
        if (work.Speculative)
            _work.Speculate(work.Plan, tables);
        return _lastWorkAnswer = _answers.Of(cpu, _epoch.Current,
            work.Speculative ? [] : _work.Perform(work.Plan, tables, work.LoadsOnly));
    }

    public async Task<CpuAnswer> Audit(long version, CancellationToken cancellationToken)
    {
        var cpu = await SpeculatingCpuAsync();
        cpu.Recording = null;
        return _answers.Of(cpu, _epoch.Current, cpu.Audit(await _tables.Version(version, cancellationToken)));
    }
}
