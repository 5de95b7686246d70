using Orleans.Mmu.Axioms.Events;
using Orleans.Mmu.Axioms.Programs;

namespace Orleans.Mmu.Axioms.Search;

/// <summary>
/// Whether every value that is read is initial or written: a quick look before an execution is judged.
/// </summary>
internal static class Supply
{
    public static bool IsPossible(AbstractProgram program, IReadOnlyList<OrderedTrace> cpus)
    {
        foreach (var read in cpus.SelectMany(cpu => cpu.Trace.Events))
        {
            if (read.Kind is not EventKind.Read and not EventKind.Walk
                || read.Value == program.Initial(read.Location!.Value))
                continue;
            if (!cpus.Any(cpu => cpu.Trace.Events.Any(
                    write => write.Writes && write.Location == read.Location && write.Value == read.Value)))
                return false;
        }
        return true;
    }
}
