using System.Collections.Immutable;

namespace Orleans.Mmu.Explain.Names;

/// <summary>A word of reports that is no rule of Arm, no function of Linux and no register.</summary>
/// <param name="Name">The word as reports print it.</param>
/// <param name="Others">Other spellings of it.</param>
/// <param name="Says">What it means, in one or two sentences.</param>
/// <param name="Labels">Labels of Arm's rules about it.</param>
internal sealed record Term(string Name, ImmutableArray<string> Others, string Says, ImmutableArray<string> Labels);
