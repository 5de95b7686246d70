using Orleans.Mmu.Checking.Toy;
using Orleans.Mmu.Linux.Protocols;

namespace Orleans.Mmu.Checking.Transitions;

/// <content>What a CPU loads of a table, and where it goes on after a load that may skip its phase.</content>
internal sealed partial class WriterTransitions
{
    /// <summary>The point of a CPU after it has decided whether to skip its phase.</summary>
    /// <param name="holds">Whether what it has loaded has the value without which the phase is skipped.</param>
    public static void Skip(ref ToyState state, ReadOnlySpan<ToyCpuKind> kinds, int cpu, bool holds)
    {
        var program = kinds[cpu].Writer!;
        ref int point = ref state.Cpus[cpu].Point;
        if (holds)
        {
            point = kinds[cpu].Next(point);
            return;
        }

        int target = kinds[cpu].WaysFrom(point).Skipped;
        state.Writers[cpu].Performed |= program.IssuedBefore[target] & ~program.IssuedBefore[point];
        point = target;
    }

    /// <summary>Whether a descriptor that a CPU loads has a value.</summary>
    public bool Holds(in ToyState state, ReadOnlySpan<ToyCpuKind> kinds, int cpu, SkipUnless load) =>
        Load(state, kinds[cpu].Writer!, cpu, load) == DescriptorStore.ContentOf(load.Value);

    // A load sees the CPU's own latest store to the word, or memory.
    private WordContent Load(in ToyState state, WriterProgram program, int cpu, SkipUnless load)
    {
        var word = WatchedWord.Of(load.Range, load.Word).Single();
        uint buffered = program.IssuedBefore[state.Cpus[cpu].Point] & ~state.Writers[cpu].Performed;
        for (int i = program.Stores.Length - 1; i >= 0; i--)
        {
            if (program.Stores[i].Word == word && (program.Stores[i].Bit & buffered) != 0)
                return program.Stores[i].Content;
        }

        return _layout.Of(state.Memory, word, model.Scene);
    }
}
