using Orleans.Mmu.Axioms.Programs;

namespace Orleans.Mmu.Axioms.Events;

/// <summary>Every way through every CPU's program.</summary>
internal static class ProgramUnfolding
{
    /// <summary>
    /// Unfolds again until no unfolding writes a value that the domains did not have, and at most as often as there are
    /// instructions that write: the values of an execution come from no longer a chain of writes.
    /// </summary>
    public static IReadOnlyList<IReadOnlyList<CpuTrace>> Of(AbstractProgram program)
    {
        var domains = new WordDomains(program);
        var spontaneous = program.Cpus.Any(cpu => cpu.UpdatesAccessFlag);
        var rounds = 1 + program.Cpus.Sum(cpu => cpu.Steps.Count(step => step is not Step.Barrier));
        while (true)
        {
            var before = domains.Count;
            IReadOnlyList<IReadOnlyList<CpuTrace>> traces =
            [
                .. Enumerable.Range(0, program.Cpus.Count)
                    .Select(cpu => new CpuUnfolding(program, cpu, domains).All()),
            ];
            if (spontaneous)
                domains.AddSpontaneous();
            if (domains.Count == before || --rounds == 0)
                return traces;
        }
    }
}
