using Orleans.Mmu.Arm.Descriptors;

namespace Orleans.Mmu.Verdicts.Counterexamples;

/// <summary>What a word of the tables holds at one moment, as walks may see it.</summary>
/// <param name="Name">The word's name: "pte[0](below text)".</param>
/// <param name="Above">The name of the word that leads to its table; null where a root's table leads there.</param>
/// <param name="Content">The content's name: "table".</param>
/// <param name="Value">The descriptor; zero for a content that no protocol wrote.</param>
/// <param name="IsLinked">Whether the word above leads to this word now, so that a walk can reach it.</param>
public sealed record HeldWord(string Name, string? Above, string Content, Descriptor Value, bool IsLinked);
