using System.Collections.Immutable;
using Orleans.Mmu.Coordination.Runs;

namespace Orleans.Mmu.Checking.Replay;

/// <summary>A counterexample from a check, ready for grains to perform.</summary>
/// <param name="MachineFile">The machine's description, as a machine file.</param>
/// <param name="Property">The property that is violated at the end.</param>
/// <param name="Cpu">The CPU that violates it.</param>
public sealed record ReplayScript(
    string Protocol, string MachineFile, string Property, int Cpu, ImmutableArray<ReplayAction> Actions)
{
    /// <summary>The text of the protocol's file; null for a built-in protocol.</summary>
    public string? ProtocolFile { get; init; }

    /// <summary>Whether a violation is the one in which the counterexample ends.</summary>
    public bool EndsIn(string property, int? cpu) => (property, cpu) == (Property, Cpu);
}
