using System.Collections.Immutable;
using Orleans.Mmu.Arm.Addresses;

namespace Orleans.Mmu.Verdicts.Properties;

/// <summary>A violation of a property.</summary>
/// <param name="Property">The property.</param>
/// <param name="Cpu">The CPU that violates it; null if it concerns the machine.</param>
/// <param name="Address">The address concerned.</param>
/// <param name="Message">One sentence.</param>
/// <param name="Explanation">How it came about, one line each.</param>
public sealed record Violation(
    Property Property, int? Cpu, VirtualAddress? Address, string Message, ImmutableArray<string> Explanation);
