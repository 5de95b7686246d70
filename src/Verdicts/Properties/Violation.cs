using System.Collections.Immutable;
using Orleans.Mmu.Arm.Addresses;

namespace Orleans.Mmu.Verdicts.Properties;

/// <summary>A property that did not hold.</summary>
/// <param name="Property">Which.</param>
/// <param name="Cpu">On which CPU; null where it is the machine's.</param>
/// <param name="Address">For which address.</param>
/// <param name="Message">One sentence.</param>
/// <param name="Explanation">How it came about, a line each.</param>
public sealed record Violation(Property Property, int? Cpu, VirtualAddress? Address, string Message, ImmutableArray<string> Explanation);
