using System.Collections.Immutable;
using Orleans.Mmu.Linux.Protocols;

namespace Orleans.Mmu.Interfaces.Cpus;

/// <summary>Steps of one phase for one CPU. Epoch and sequence make a repeat harmless and a late one visible.</summary>
/// <param name="Epoch">The run of the protocol.</param>
/// <param name="Sequence">Counts the phases of an epoch, from 1.</param>
/// <param name="Steps">The steps' texts.</param>
/// <param name="WayBack">What a CPU that this parks performs by itself once it reads the flag as zero.</param>
[GenerateSerializer, Immutable, Alias("mmu.PhaseCommand")]
public sealed record PhaseCommand(
    [property: Id(0)] long Epoch,
    [property: Id(1)] int Sequence,
    [property: Id(2)] string Phase,
    [property: Id(3)] ImmutableArray<string> Steps,
    [property: Id(4)] WindowMessage Window,
    [property: Id(5)] ImmutableArray<string> WayBack,
    [property: Id(6)] bool Trace)
{
    [NonSerialized]
    private PhaseSteps? _read;

    /// <summary>The steps as values, read once for all CPUs of a silo.</summary>
    /// <exception cref="ArgumentException">A text names no step.</exception>
    public PhaseSteps Read() => _read ??= new(PhaseSteps.Of(Steps), PhaseSteps.Of(WayBack));
}

/// <summary>A phase's steps and the way back from them.</summary>
public sealed record PhaseSteps(ImmutableArray<Step> Steps, ImmutableArray<Step> WayBack)
{
    /// <summary>Reads steps by their texts; a text that names none is a mistake of whoever sent it.</summary>
    /// <exception cref="ArgumentException">A text names no step.</exception>
    public static ImmutableArray<Step> Of(ImmutableArray<string> texts) =>
        [.. texts.Select(
            t => Step.TryParse(t, out var step) ? step! : throw new ArgumentException($"\"{t}\" is no step"))];
}
