using Orleans.Mmu.Linux.Protocols;

namespace Orleans.Mmu.Checking.Transitions;

/// <content>What a CPU loads of a protocol's own words.</content>
internal sealed partial class MachineTransitions
{
    // A load sees the CPU's own latest store to the word, or memory.
    private bool Holds(
        in ToyState state, ReadOnlySpan<ToyCpuKind> kinds, int cpu, string word, WordOperand operand) =>
        Buffered(state, kinds, cpu, word) is { } value ? _flag.Words.IsEqual(value, operand)
            : _flag.Words.Holds(state.Flag, word, operand, kinds[^1].MayHaveAdded(state.Cpus[^1].Point, word));

    // The value of a CPU's latest store to a word that is still in its store buffer.
    private int? Buffered(in ToyState state, ReadOnlySpan<ToyCpuKind> kinds, int cpu, string word)
    {
        var kind = kinds[cpu];
        int at = state.Cpus[cpu].Point;
        uint pending = kind.Writer is { } writer ? writer.IssuedBefore[at] & ~state.Writers[cpu].Performed
            : cpu == 0 ? _model.IssuedBefore[at] & ~state.Memory : 0;
        var stores = _model.StoresOf(kind);
        for (int i = stores.Length - 1; i >= 0; i--)
        {
            if ((stores[i].Bit & pending) != 0 && stores[i].Sets is var (name, value) && name == word)
                return value;
        }

        return null;
    }
}
