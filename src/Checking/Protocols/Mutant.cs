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
/// <param name="Position">The step's number in its program, from 1; 0 if it is not a single step.</param>
/// <param name="Step">The step, or the change to it.</param>
/// <param name="Script">The changed programs.</param>
public sealed record Mutant(
    Mutation Mutation, CpuProgram Program, string Phase, int Position, string Step, ProtocolScript Script)
{
    /// <summary>Levels other than the protocol's.</summary>
    public ImmutableArray<BbmLevel>? Levels { get; init; }

    /// <summary>"repaint 9, remove: dsb ish". No other mutant of the protocol has the name.</summary>
    public string Name => $"{Place}, {Mutation.ToString().ToLowerInvariant()}: {Step}";

    // CPU 1's phases may have the names of other CPUs' phases.
    private string Place =>
        $"{(Program == CpuProgram.CpuOne ? "cpu 1, " : "")}{Phase}{(Position > 0 ? $" {Position}" : "")}";

    /// <summary>One mutant for each step, with that step removed.</summary>
    public static IEnumerable<Mutant> Removals(ProtocolScript script) =>
        from program in Enum.GetValues<CpuProgram>()
        from i in Enumerable.Range(0, script[program].Length)
        let step = script[program][i]
        select new Mutant(
            Mutation.Remove, program, step.Phase, i + 1, step.Step.Text,
            script.With(program, script[program].RemoveAt(i)));

    /// <summary>
    /// One mutant for each two different neighbours, exchanged; neighbours may belong to different phases of the
    /// program.
    /// </summary>
    public static IEnumerable<Mutant> Swaps(ProtocolScript script) =>
        from program in Enum.GetValues<CpuProgram>()
        from i in Enumerable.Range(0, Math.Max(0, script[program].Length - 1))
        let a = script[program][i]
        let b = script[program][i + 1]
        where a.Step != b.Step
        select new Mutant(Mutation.Swap, program, a.Phase, i + 1, $"{a.Step.Text} <-> {b.Step.Text}",
            script.With(program, script[program].SetItem(i, b).SetItem(i + 1, a)));

    /// <summary>A mutant with both removals.</summary>
    public static Mutant Pair(ProtocolScript script, Mutant a, Mutant b)
    {
        var changed = a.Program == b.Program
            ? script.With(
                a.Program, script[a.Program].RemoveAt(Math.Max(a.Position, b.Position) - 1)
                    .RemoveAt(Math.Min(a.Position, b.Position) - 1))
            : script.With(a.Program, a.Script[a.Program]).With(b.Program, b.Script[b.Program]);
        return new(
            Mutation.Remove, a.Program, a.Phase, a.Position, $"{a.Step} + {b.Place}: {b.Step}", changed);
    }
}
