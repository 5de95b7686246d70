using System.Collections.Immutable;

namespace Orleans.Mmu.Explain.Rules;

/// <summary>A rule (R_) or a piece of information (I_) of the Arm Architecture Reference Manual, DDI 0487.</summary>
/// <param name="Label">Arm's label: "R_FVQCK".</param>
/// <param name="Says">What it says, in this project's words.</param>
/// <param name="DecidedBy">The verbs of mmu whose verdicts rest on it; empty where none does.</param>
public sealed record ArmRule(string Label, string Says, ImmutableArray<string> DecidedBy);
