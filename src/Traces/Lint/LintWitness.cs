using System.Collections.Immutable;

namespace Orleans.Mmu.Traces.Lint;

/// <summary>
/// How a CPU fails by a violation, performed on the model of its TLB: what it walks when, and what it then holds.
/// </summary>
/// <param name="Cpu">The CPU.</param>
/// <param name="Steps">What happens, in order; empty where the TLB does not show it.</param>
/// <param name="NotShown">Why the TLB does not show the violation, as a clause; null where it does.</param>
public sealed record LintWitness(int Cpu, ImmutableArray<LintWitnessStep> Steps, string? NotShown)
{
    internal static LintWitness Without(int cpu, string why) => new(cpu, [], why);
}

/// <summary>A step of a witness.</summary>
/// <param name="Event">The event of the trace; null for a step that is missing.</param>
/// <param name="Cpu">The CPU that makes the step.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Text">The step as a sentence without a full stop.</param>
/// <param name="Holds">The entries that the TLB holds behind the step.</param>
public sealed record LintWitnessStep(
    ulong? Event, int Cpu, LintWitnessKind Kind, string Text, ImmutableArray<string> Holds);

/// <summary>The kinds of steps of a witness.</summary>
public enum LintWitnessKind
{
    /// <summary>A walk of the CPU whose TLB is shown.</summary>
    Walk,

    /// <summary>An event of the trace.</summary>
    Event,

    /// <summary>What break-before-make asks for and the trace does not have.</summary>
    Missing,

    /// <summary>What the CPU may do in the end.</summary>
    End,
}
