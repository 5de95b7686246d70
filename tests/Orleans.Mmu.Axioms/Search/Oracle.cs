using Orleans.Mmu.Axioms.Events;
using Orleans.Mmu.Axioms.Model;
using Orleans.Mmu.Axioms.Programs;

namespace Orleans.Mmu.Axioms.Search;

/// <summary>
/// The final states that Arm's published axioms allow: every way through every CPU's program, every order of writes,
/// every source of every read, and every order of TLBIs and walks; what closes no cycle is allowed.
/// </summary>
internal static class Oracle
{
    /// <returns>The allowed final states in the form of <see cref="FinalState"/>.</returns>
    public static IReadOnlySet<string> States(AbstractProgram program, ModelMode mode)
    {
        mode = mode with { Ets2 = mode.Ets2 || program.NeedsEts2 };
        var traces = ProgramUnfolding.Of(program);
        OrderedTrace[][] cpus =
        [
            .. traces.Select(cpu => cpu
                .Select(trace => new OrderedTrace(trace, new LocalOrder(trace.Events, mode))).ToArray()),
            .. SpontaneousUpdates.Of(program, traces, mode),
        ];
        var allowed = new HashSet<string>(StringComparer.Ordinal);
        Combine(program, cpus, [], allowed);
        return allowed;
    }

    /// <summary>
    /// Whether a program has few enough ways through its CPUs to be judged in a moment.
    /// </summary>
    public static bool IsSmall(AbstractProgram program)
    {
        const long most = 60_000;
        long Both(long all, long one) => Math.Min(most + 1, all * one);
        try
        {
            return ProgramUnfolding.Of(program).Select(cpu => (long)cpu.Count).Aggregate(1L, Both) <= most;
        }
        catch (NotExpressibleException)
        {
            return false;
        }
    }

    private static void Combine(
        AbstractProgram program, OrderedTrace[][] cpus, OrderedTrace[] chosen, HashSet<string> allowed)
    {
        if (chosen.Length == cpus.Length)
        {
            if (Supply.IsPossible(program, chosen))
                Judge(program, new Execution(chosen), allowed);
            return;
        }
        foreach (var trace in cpus[chosen.Length])
            Combine(program, cpus, [.. chosen, trace], allowed);
    }

    private static void Judge(AbstractProgram program, Execution execution, HashSet<string> allowed)
    {
        foreach (var coherence in WriteOrders.Of(execution))
        {
            var state = FinalState.Of(program, execution, coherence);
            if (allowed.Contains(state))
                continue;
            var sources = new ReadSources(execution, coherence, InvalidationChoices.Any)
            {
                ReadsInitial = read => read.Value == program.Initial(read.Location!.Value),
            };
            if (sources.Any())
                allowed.Add(state);
        }
    }
}
