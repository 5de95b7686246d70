namespace Orleans.Mmu.Audit.Comparison;

/// <summary>A rule under which no difference from a machine's map remains.</summary>
/// <param name="Rule">The rule, in words that follow "the map is ".</param>
/// <param name="Edits">What the machine file would say under it.</param>
public sealed record MapExplanation(string Rule, IReadOnlyList<MachineEdit> Edits);
