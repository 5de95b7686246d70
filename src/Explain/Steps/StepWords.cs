using System.Collections.Immutable;
using Orleans.Mmu.Explain.Answers;
using Orleans.Mmu.Explain.Rules;
using Orleans.Mmu.Linux.Protocols;

namespace Orleans.Mmu.Explain.Steps;

/// <summary>A step of a protocol in words: who may perform it, what it does, when it takes effect.</summary>
public static class StepWords
{
    public static Explanation Of(Step step) => new(ExplainedKind.Step, step.Text, StepMeanings.Of(step))
    {
        Sections =
        [
            new(
                "as protocols use it",
                [
                    new("who", Performers(step), "the roles that may perform the step"),
                    new("code", step.Code, "the step in saved files and messages"),
                ],
                [.. Effects(step)]),
        ],
        Rules = [.. StepMeanings.Labels(step).Select(ArmRules.Of)],
        Commands = ["mmu check --list", "mmu check idmap-reserved --show", "mmu check idmap-reserved --mutants"],
    };

    private static string Performers(Step step) => (step.Performers, step.MayBePerformedInHandler) switch
    {
        (_, true) => "any CPU, in an interrupt handler too",
        (StepPerformers.BootCpu, _) => "the boot CPU",
        (StepPerformers.Secondaries, _) => "a secondary",
        _ => "any CPU, not in an interrupt handler",
    };

    private static IEnumerable<string> Effects(Step step)
    {
        foreach (var (effect, words) in EffectWords)
        {
            if (step.Has(effect))
                yield return words;
        }
    }

    private static readonly ImmutableArray<(StepEffects Effect, string Words)> EffectWords =
    [
        (StepEffects.StoresDescriptors, "It stores to translation tables."),
        (StepEffects.OrdersStores, "The CPU's earlier stores become visible before its later ones."),
        (StepEffects.CompletesEarlier, "The CPU waits for its earlier stores, and for the TLBIs that it completes."),
        (StepEffects.SynchronizesContext, "Earlier changes of the CPU's registers and TLB take effect."),
        (StepEffects.InvalidatesTlb, "TLB entries are invalidated."),
        (StepEffects.ChangesFlag, "The flag or a lock changes."),
        (StepEffects.AccessesStack, "It accesses the stack, which lies in the linear map."),
    ];
}
