using System.Collections.Immutable;
using Orleans.Mmu.Checking.Scripts;
using Orleans.Mmu.Linux.Protocols;

namespace Orleans.Mmu.Checking.Transitions;

/// <summary>
/// The waits by which a CPU learns that other CPUs have flushed: for a word, or the flag, that another program changes
/// behind a TLBI.
/// </summary>
internal sealed class FlushAnswers
{
    private readonly HashSet<string> _words = [];
    private readonly bool _countIn;

    private FlushAnswers(IEnumerable<ImmutableArray<ScriptStep>> programs)
    {
        foreach (var program in programs)
        {
            int flush = program.FirstIndex(0, s => s.Has(StepEffects.InvalidatesTlb));
            if (flush < 0)
                continue;
            foreach (var (step, _) in program[flush..])
            {
                if (step is SetWord or AddToWord)
                    _words.Add(WordName.In(step)!);
                _countIn |= step is CountIn;
            }
        }
    }

    /// <summary>The answers that a CPU of a program waits for.</summary>
    public static FlushAnswers To(ImmutableArray<ScriptStep> program, ProtocolScript script) =>
        new(script.Others.Prepend(script.BootCpu).Append(script.Handler)
            .Where(p => p != program || p == script.Secondaries));

    public bool Contains(Step step) => step switch
    {
        AwaitWord wait => _words.Contains(wait.Name),
        AwaitAll => _countIn,
        _ => false,
    };
}
