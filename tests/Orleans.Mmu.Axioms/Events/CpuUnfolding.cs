using Orleans.Mmu.Axioms.Programs;

namespace Orleans.Mmu.Axioms.Events;

/// <summary>
/// Every way through one CPU's program: reads and walks take each value of their word's domain. Straight from the
/// architecture's description of the instructions; nothing here knows of order.
/// </summary>
internal sealed partial class CpuUnfolding(AbstractProgram program, int number, WordDomains domains)
{
    private const int MostSteps = 60, MostTraces = 20_000;
    private readonly Cpu _cpu = program.Cpus[number];
    private readonly List<CpuTrace> _traces = [];

    public IReadOnlyList<CpuTrace> All()
    {
        Run(new CpuState(_cpu.Registers));
        return _traces;
    }

    private int End => _cpu.HandlerAt ?? _cpu.Steps.Count;

    /// <summary>Runs to the end; where an instruction has a choice, it runs the rest once for each.</summary>
    private void Run(CpuState state)
    {
        while (true)
        {
            if (state.Next >= (state.InHandler ? _cpu.Steps.Count : End))
            {
                Finish(state);
                return;
            }
            if (++state.Steps > MostSteps || state.Events.Count > 60)
                throw new NotExpressibleException("a CPU that loops or runs too long");
            var step = _cpu.Steps[state.Next];
            if (Choose(state, step))
                return;
        }
    }

    private void Finish(CpuState state)
    {
        _traces.Add(new CpuTrace(state.Events, state.Registers, state.Faults));
        if (_traces.Count > MostTraces)
            throw new NotExpressibleException("too many ways through a CPU's program");
    }

    /// <returns>True where the step has run the rest of the program itself, once for each of its choices.</returns>
    private bool Choose(CpuState state, Step step)
    {
        switch (step)
        {
            case Step.Load load:
                Access(state, load.From, stores: false, (after, target) => Read(after, load, target));
                return true;
            case Step.Store store:
                Access(state, store.To, stores: true, (after, target) => Write(after, store, target));
                return true;
            case Step.StoreExclusive store:
                StoreExclusive(state, store);
                return true;
            case Step.Atomic atomic:
                Access(state, atomic.On, stores: true, (after, target) => ReadAndWrite(after, atomic, target));
                return true;
            case Step.CompareAndSwap swap:
                Access(state, swap.On, stores: true, (after, target) => CompareAndSwap(after, swap, target));
                return true;
            case Step.SupervisorCall:
                TakeFault(state, null, FaultKind.Call, null, default);
                return true;
            default:
                Simple(state, step);
                return false;
        }
    }

    private static Dependencies On(CpuState state, Taint address = default, Taint data = default) => new(
        address.Through, data.Through, state.Branches.Through, address.Picked, data.Picked, state.Branches.Picked);

    private int Index(string label) => _cpu.Labels.TryGetValue(label, out var index) ? index
        : throw new NotExpressibleException($"label {label}");
}
