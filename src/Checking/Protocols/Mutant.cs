using System.Collections.Immutable;
using Orleans.Mmu.Arm.BreakBeforeMake;
using Orleans.Mmu.Checking.Scripts;

namespace Orleans.Mmu.Checking.Protocols;

/// <summary>How a mutant differs from its protocol.</summary>
public enum Mutation
{
    /// <summary>A step is removed.</summary>
    Remove,

    /// <summary>A step and the one after it are exchanged.</summary>
    Swap,

    /// <summary>
    /// A step is performed differently, elsewhere, or by another CPU: a plausible programming mistake.
    /// </summary>
    Mistake,
}

/// <summary>A protocol with one mistake.</summary>
/// <param name="Position">The step's number in its role's program, from 1; 0 if it is not a single step.</param>
/// <param name="Step">The step, or the change to it.</param>
/// <param name="Script">The changed programs.</param>
public sealed record Mutant(
    Mutation Mutation, ProgramRole Role, string Phase, int Position, string Step, ProtocolScript Script)
{
    /// <summary>Levels other than the protocol's.</summary>
    public ImmutableArray<BbmLevel>? Levels { get; init; }

    /// <summary>"repaint 9, remove: dsb ish".</summary>
    public string Name =>
        $"{Phase}{(Position > 0 ? $" {Position}" : "")}, {Mutation.ToString().ToLowerInvariant()}: {Step}";

    /// <summary>One mutant for each step, with that step removed.</summary>
    public static IEnumerable<Mutant> Removals(ProtocolScript script) =>
        from role in Enum.GetValues<ProgramRole>()
        from i in Enumerable.Range(0, script[role].Length)
        let step = script[role][i]
        select new Mutant(
            Mutation.Remove, role, step.Phase, i + 1, step.Step.Text, script.With(role, script[role].RemoveAt(i)));

    /// <summary>
    /// One mutant for each two different neighbours, exchanged; neighbours may belong to different phases of the role.
    /// </summary>
    public static IEnumerable<Mutant> Swaps(ProtocolScript script) =>
        from role in Enum.GetValues<ProgramRole>()
        from i in Enumerable.Range(0, Math.Max(0, script[role].Length - 1))
        let a = script[role][i]
        let b = script[role][i + 1]
        where a.Step != b.Step
        select new Mutant(Mutation.Swap, role, a.Phase, i + 1, $"{a.Step.Text} <-> {b.Step.Text}",
            script.With(role, script[role].SetItem(i, b).SetItem(i + 1, a)));

    /// <summary>A mutant with both removals.</summary>
    public static Mutant Pair(ProtocolScript script, Mutant a, Mutant b)
    {
        var changed = a.Role == b.Role
            ? script.With(
                a.Role, script[a.Role].RemoveAt(Math.Max(a.Position, b.Position) - 1)
                    .RemoveAt(Math.Min(a.Position, b.Position) - 1))
            : script.With(a.Role, a.Script[a.Role]).With(b.Role, b.Script[b.Role]);
        return new(
            Mutation.Remove, a.Role, a.Phase, a.Position, $"{a.Step} + {b.Phase} {b.Position}: {b.Step}", changed);
    }
}
