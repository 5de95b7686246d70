namespace Orleans.Mmu.Checking.Transitions;

/// <content>Stores that leave a store buffer, and when all have.</content>
internal sealed partial class MachineTransitions
{
    /// <summary>Stores of a CPU that may be performed next, as a mask.</summary>
    public uint Drainable(in ToyState state, ReadOnlySpan<ToyCpuKind> kinds, int cpu)
    {
        if (_writers is not null)
            return WriterTransitions.Drainable(state, kinds, cpu);
        if (cpu > 0)
            return 0;
        uint pending = _model.IssuedBefore[state.Cpus[0].Point] & ~state.Memory;
        uint drainable = 0;
        for (; pending != 0; pending &= pending - 1)
        {
            var store = _model.Stores[System.Numerics.BitOperations.TrailingZeroCount(pending)];
            if ((store.After & ~state.Memory) == 0)
                drainable |= store.Bit;
        }

        return drainable;
    }

    /// <summary>Performs a store of a CPU: every walker and every CPU may see it from now on.</summary>
    public void Drain(ref ToyState state, ReadOnlySpan<ToyCpuKind> kinds, int cpu, int store)
    {
        if (_writers is { } writers)
        {
            writers.Drain(ref state, kinds, cpu, store, _flag);
            writers.Close(ref state, kinds);
            return;
        }

        state.Memory |= 1u << store;
        if (_model.Stores[store].IsFlag)
            state.Flag = _flag.Clear(state.Flag);
        else if (_model.Stores[store].Sets is var (name, value))
            state.Flag = _flag.Words.With(state.Flag, name, value);
        _closure.Close(ref state, kinds);
    }

    /// <summary>Whether every program has ended and every store is performed.</summary>
    public bool IsFinal(in ToyState state, ReadOnlySpan<ToyCpuKind> kinds)
    {
        for (int i = 0; i < kinds.Length; i++)
        {
            if (!kinds[i].IsEnd(state.Cpus[i].Point))
                return false;
            if (_writers is not null && !WriterTransitions.HasPerformed(state, kinds, i))
                return false;
        }

        return _writers is not null || state.Memory == _model.IssuedBefore[^1];
    }

    /// <summary>Whether every store that a CPU has issued is performed.</summary>
    public bool HasPerformed(in ToyState state, ReadOnlySpan<ToyCpuKind> kinds, int cpu) =>
        _writers is not null ? WriterTransitions.HasPerformed(state, kinds, cpu)
        : cpu > 0 || (_model.IssuedBefore[state.Cpus[0].Point] & ~state.Memory) == 0;
}
