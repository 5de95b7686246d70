using System.Collections.Immutable;
using Orleans.Mmu.Arm.Barriers;
using Orleans.Mmu.Arm.BreakBeforeMake;
using Orleans.Mmu.Arm.Invalidation;
using Orleans.Mmu.Checking.Scripts;
using Orleans.Mmu.Linux.LinearMap;
using Orleans.Mmu.Linux.Protocols;

namespace Orleans.Mmu.Checking.Protocols;

/// <summary>
/// Mistakes other than removing a step or swapping two neighbours: a weaker instruction, a step too early, an omitted
/// CPU.
/// </summary>
internal static class Mistakes
{
    /// <summary>Every mistake that is possible with a protocol's steps.</summary>
    public static IEnumerable<Mutant> Of(ProtocolScript script, ImmutableArray<BbmLevel> levels) =>
    [
        .. Weakened(script), .. TooEarly(script), .. OfCpus(script, levels),
    ];

    // The same instruction in a weaker form.
    private static IEnumerable<Mutant> Weakened(ProtocolScript script)
    {
        foreach (var program in Enum.GetValues<CpuProgram>())
        {
            var steps = script[program];
            for (int i = 0; i < steps.Length; i++)
            {
                foreach (var weaker in Weaker(steps[i].Step))
                {
                    yield return new(
                        Mutation.Mistake, program, steps[i].Phase, i + 1,
                        $"{weaker.Text} instead of {steps[i].Step.Text}",
                        script.With(program, steps.SetItem(i, steps[i] with { Step = weaker })));
                }
            }
        }
    }

    /// <summary>The same instruction in forms that do less; none for a step that has no weaker form.</summary>
    internal static ImmutableArray<Step> Weaker(Step step) => step switch
    {
        Tlbi { Operation: { Scope: TlbiScope.Asid, Broadcast: true } } => [Tlbi.LocalAsid],
        Tlbi { Operation.Scope: TlbiScope.Asid } => [],
        Tlbi { Operation.Broadcast: true } => [Tlbi.Local],
        Tlbi => [TlbiRange.LocalLastLevel(RepaintRange.BelowText, EntryWord.Pmd)],
        Dsb { Kind: DsbKind.Ish } => [Dsb.Nsh, Dsb.Ishst],
        Dsb { Kind: DsbKind.Nsh } => [Dsb.Ishst],
        Dsb { Kind: DsbKind.Ishst } => [Dsb.Nsh, Dmb.Ishst],
        WriteTtbr1 { Root: RootTable.Reserved, CnpLeftSet: false } => [WriteTtbr1.ReservedWithCnp],
        WriteTtbr1 { CnpCleared: true } => [WriteTtbr1.To(RootTable.Swapper)],
        Dsb or WriteTtbr1 or WriteTtbr0 or SetT0sz or SetWalks or Isb or Dmb or TlbiRange => [],
        EnterIdmap or LeaveIdmap or TouchStack or RaiseFlag or CountIn or AwaitAll or ClearFlag or AwaitRelease
            or Stopped => [],
        SplitToPages or WriteEntries or FreeTable or AllocatorLock or TableLock or SkipUnless => [],
        SetWord or AddToWord or AwaitWord or SkipUnlessWord or AccessPage or SendIpi or MaskInterrupts => [],
        _ => throw new UnknownStepException(step, nameof(Mistakes)),
    };

    // Signals and TLBIs moved before the steps that they should follow.
    private static IEnumerable<Mutant> TooEarly(ProtocolScript script)
    {
        var boot = script.BootCpu;
        int flag = boot.FirstIndex(0, s => s is ClearFlag);
        for (int i = flag - 2; i > 0 && boot[i].Step is not AwaitAll; i--)
        {
            if (boot[i].Step.Has(StepEffects.CompletesEarlier | StepEffects.InvalidatesTlb))
                yield return Moved(script, CpuProgram.BootCpu, flag, i);
        }

        var others = script.Secondaries;
        int count = others.FirstIndex(0, s => s is CountIn);
        int switched = others.FirstIndex(
            0, s => s is WriteTtbr1 { Root: RootTable.Reserved } || s == SetWalks.OffTtbr1);
        if (switched < 0 || count < switched)
            yield break;
        for (int i = count - 2; i >= switched; i--)
            yield return Moved(script, CpuProgram.Secondaries, count, i);
        int tlbi = others[switched..].FirstIndex(0, s => s is Tlbi);
        if (tlbi > 0)
            yield return Moved(script, CpuProgram.Secondaries, switched + tlbi, switched);
        yield return new(
            Mutation.Mistake, CpuProgram.Secondaries, others[count].Phase, count + 2,
            $"{TouchStack.Instance.Text} after {others[count].Step.Text}",
            script.With(
                CpuProgram.Secondaries, others.Insert(count + 1, new(TouchStack.Instance, others[count].Phase))));
    }

    private static IEnumerable<Mutant> OfCpus(ProtocolScript script, ImmutableArray<BbmLevel> levels)
    {
        if (levels[0] != BbmLevel.Level0)
        {
            yield return new(Mutation.Mistake, CpuProgram.BootCpu, "machine", 0, "the boot CPU is of level 0", script)
            {
                Levels = levels.SetItem(0, BbmLevel.Level0),
            };
        }

        if (!script.Secondaries.IsEmpty && script.Outsider is null)
            yield return new(
                Mutation.Mistake, CpuProgram.Secondaries, "machine", 0, "CPU 1 is not in stop_machine()",
                script with { Outsider = [] });
    }

    private static Mutant Moved(ProtocolScript script, CpuProgram program, int from, int to)
    {
        var steps = script[program];
        return new(
            Mutation.Mistake, program, steps[from].Phase, from + 1,
            $"{steps[from].Step.Text} before step {to + 1}, {steps[to].Step.Text}",
            script.With(program, steps.RemoveAt(from).Insert(to, steps[from])));
    }
}
