using Orleans.Mmu.Inputs;
using Orleans.Mmu.Litmus.Tests;

namespace Orleans.Mmu.Litmus.Machine;

/// <summary>
/// Performs stores: at once, or from a store buffer that keeps the order of stores to one location and the order that
/// barriers impose.
/// </summary>
internal sealed class LitmusStores(LitmusTest test, BreakBeforeMakeWarning warning)
{
    /// <summary>The stores of a CPU that may be performed now.</summary>
    public static IEnumerable<int> Drainable(LitmusState state, LitmusCpu cpu)
    {
        for (int i = 0; i < cpu.Buffer.Count; i++)
        {
            var store = cpu.Buffer[i];
            if (store.IsTableWord && HardwareUpdate.IsBusy(state, store.Target))
                continue;
            if (!cpu.Buffer.Take(i)
                .Any(s =>
                    store.Release || s.Order < store.Order
                        || (s.IsTableWord == store.IsTableWord && s.Target == store.Target)))
                yield return i;
        }
    }

    /// <summary>Performs a store of the store buffer.</summary>
    public void Drain(LitmusState state, int cpuNumber, int at)
    {
        var cpu = state.Cpus[cpuNumber];
        var store = cpu.Buffer[at];
        cpu.Buffer.RemoveAt(at);
        Perform(state, cpu, store);
    }

    /// <summary>Performs a store: from now on every CPU and every walker can see it.</summary>
    public void Perform(LitmusState state, LitmusCpu cpu, BufferedStore store)
    {
        if (store.IsTableWord)
        {
            if (state.Memory.Newest(store.Target) + 1 == LitmusMemory.MaxVersions)
                throw new InputException(
                    test.Source, store.Line,
                    $"expected at most {LitmusMemory.MaxVersions - 1} stores to {test.Names.WordName(store.Target)} " +
                    $"in one run, found more");
            warning.Watch(state, cpu, store.Target, (int)store.Value.Bits);
            state.Memory.Store(store.Target, (int)store.Value.Bits);
        }
        else
        {
            state.Memory[store.Target] = store.Value;
            warning.Watch(state, store.Target);
        }

        OpenMonitors(state, cpu, new(store.IsTableWord, store.Target));

        cpu.LastStore = state.Memory.Now();
    }

    /// <summary>What a location holds.</summary>
    public static LitmusValue Read(LitmusState state, LitmusTarget target) => target.IsTableWord
        ? LitmusValue.Descriptor(state.Memory.Descriptor(target.Number, state.Memory.Newest(target.Number)))
        : state.Memory[target.Number];

    /// <summary>
    /// Refuses a store of 32 bits to a location that holds more: memory holds one value for each location.
    /// </summary>
    public void RefuseHalf(LitmusValue old, Instruction store)
    {
        if (old.Kind != LitmusValueKind.Number || old.Bits != (uint)old.Bits)
            throw new InputException(
                test.Source, store.Line,
                $"expected accesses of one size, found a store of 32 bits to a location that holds 64 "
                + $"({test.Names.Text(old)}) in {store.Text}");
    }

    /// <summary>
    /// A store opens the exclusive monitors of other CPUs that watch its location; the CPU's own may stay closed.
    /// </summary>
    /// <param name="by">The CPU that stores; null for an update that no access asks for.</param>
    public static void OpenMonitors(LitmusState state, LitmusCpu? by, LitmusTarget location)
    {
        foreach (var watching in state.Cpus.Where(c => c != by && c.Monitored == location))
            watching.Monitored = null;
    }

    /// <summary>The descriptor that a store to a table word writes.</summary>
    /// <exception cref="InputException">The value is not a descriptor that this word can hold.</exception>
    public LitmusValue DescriptorOf(BufferedStore store)
    {
        var names = test.Names;
        var (value, word) = (store.Value, names.Words[store.Target]);
        if (value == LitmusValue.Zero)
            return value;
        if (value.Kind != LitmusValueKind.Descriptor
            || (!word.IsPmd && names.Descriptors[(int)value.Bits].Table is not null))
            throw new InputException(
                test.Source, store.Line,
                $"expected a {(word.IsPmd ? "block or a table" : "leaf")} or 0 for {names.WordName(store.Target)}, " +
                $"found {names.Text(value)}");
        if (word.IsPmd && names.WhyNoPmd(store.Target, (int)value.Bits) is { } expected)
            throw new InputException(test.Source, store.Line, $"expected {expected}, found {names.Text(value)}");
        return value;
    }
}
