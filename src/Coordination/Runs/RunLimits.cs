using System.Collections.Immutable;
using Orleans.Mmu.Linux.ProtocolFiles;
using Orleans.Mmu.Linux.Protocols;

namespace Orleans.Mmu.Coordination.Runs;

/// <summary>
/// What a run can perform of a protocol. The checker explores more: a run performs the phases one after another, on the
/// linear map of a machine that boots, and has one rendezvous.
/// </summary>
public static class RunLimits
{
    private static readonly ImmutableArray<Step> Rendezvous =
        [RaiseFlag.Instance, CountIn.Instance, AwaitAll.Instance, ClearFlag.Instance, AwaitRelease.Instance];

    /// <summary>Why no run can perform a protocol, in a sentence; null for a protocol that a run performs.</summary>
    public static string? WhyNot(ProtocolFile file) => Refusal(file)?.Reason;

    /// <summary>
    /// The same with the line of the step, or that of the name where the whole protocol is the reason.
    /// </summary>
    public static (string Reason, int Line)? Refusal(ProtocolFile file)
    {
        if (WhyNoRunOf(file) is { } whole)
            return (whole, file.Lines.Name);
        var phases = file.Protocol.Phases;
        return (NotPerformed(phases) ?? FailedRendezvous(phases) ?? FailedWait(phases)) is var (reason, phase, step)
            ? (reason, file.LineOf(phase, step)) : null;
    }

    private static (string Reason, string Phase, Step Step)? NotPerformed(ImmutableArray<Phase> phases)
    {
        foreach (var phase in phases)
        {
            if (phase.Steps.FirstOrDefault(s => RunActions.Of(s) == RunAction.None) is { } step)
                return ($"phase {phase.Name}: expected steps that grains perform, found \"{step}\"", phase.Name, step);
            if (phase.Role != Role.BootCpu && phase.Steps.FirstOrDefault(IsForBootCpu) is { } other)
                return ($"phase {phase.Name}: expected the boot cpu alone to split and to broadcast TLBIs, found "
                    + $"\"{other}\" of the secondaries", phase.Name, other);
        }

        return null;
    }

    private static string? WhyNoRunOf(ProtocolFile file)
    {
        if (file.Map != ProtocolFile.RepaintMap)
            return $"expected the map {ProtocolFile.RepaintMap}, which is what a boot changes, found {file.Map}";
        if (file.Outsider is not null)
            return "expected no phase of cpu 1, because the grains of secondaries perform one program, found one";
        return file.Handler is [{ } handler, ..]
            ? $"phase {handler.Name}: expected no phase on ipi, because grains take no interrupts, found one" : null;
    }

    private static (string Reason, string Phase, Step Step)? FailedRendezvous(ImmutableArray<Phase> phases)
    {
        foreach (var step in Rendezvous)
        {
            if (phases.Sum(p => p.Steps.Count(s => s == step)) is > 1 and var count)
                return ($"expected one rendezvous, with \"{step}\" once, found it {count} times",
                    phases.Last(p => p.Steps.Contains(step)).Name, step);
        }

        return null;
    }

    // The page-table grain and the coordinator perform these in the boot CPU's turn.
    private static bool IsForBootCpu(Step step) => RunActions.Of(step) is RunAction.Split or RunAction.Broadcast;

    // The coordinator begins a phase when all CPUs have ended the one before it: a wait whose end comes later in the
    // file would never be over.
    private static (string Reason, string Phase, Step Step)? FailedWait(ImmutableArray<Phase> phases)
    {
        int counts = PhaseOf(phases, CountIn.Instance), all = PhaseOf(phases, AwaitAll.Instance);
        int clears = PhaseOf(phases, ClearFlag.Instance), release = PhaseOf(phases, AwaitRelease.Instance);
        if (all >= 0 && counts > all)
            return After(phases, all, AwaitAll.Instance, CountIn.Instance);
        if (release >= 0 && (clears < 0 || clears > release))
            return After(phases, release, AwaitRelease.Instance, ClearFlag.Instance);
        int first = phases.IndexOf(phases.FirstOrDefault(p => p.Role == Role.Secondaries)!);
        return counts > first
            ? ($"phase {phases[counts].Name}: expected \"{CountIn.Instance}\" in the first phase of the secondaries, "
                + "which parks them again when another silo takes the run up, found it in a later one",
                phases[counts].Name, CountIn.Instance)
            : null;
    }

    private static (string Reason, string Phase, Step Step) After(
        ImmutableArray<Phase> phases, int at, Step wait, Step end) =>
        ($"phase {phases[at].Name}: expected \"{wait}\" in a phase after the one with \"{end}\", because grains "
            + "perform phases one after another, found no such phase before it", phases[at].Name, wait);

    private static int PhaseOf(ImmutableArray<Phase> phases, Step step)
    {
        for (int i = 0; i < phases.Length; i++)
        {
            if (phases[i].Steps.Contains(step))
                return i;
        }

        return -1;
    }
}
