using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Coordination.Runs;
using Orleans.Mmu.Linux.LinearMap;
using Orleans.Mmu.Linux.Protocols;

namespace Orleans.Mmu.Interfaces.Surrogates;

/// <summary>A <see cref="ReplayAction"/>, as it travels.</summary>
/// <param name="Step">The step's code; null for a store or a walk.</param>
[GenerateSerializer, Immutable, Alias("mmu.ReplayAction")]
public readonly record struct ReplayActionSurrogate(
    [property: Id(0)] int Cpu,
    [property: Id(1)] string? Step,
    [property: Id(2)] RepaintRange? Linked,
    [property: Id(3)] VirtualAddress? Walked,
    [property: Id(4)] string Text);

/// <summary>Lets Orleans carry a <see cref="ReplayAction"/>.</summary>
[RegisterConverter]
public sealed class ReplayActionConverter : IConverter<ReplayAction, ReplayActionSurrogate>
{
    public ReplayAction ConvertFromSurrogate(in ReplayActionSurrogate surrogate) => new(surrogate.Cpu,
        surrogate.Step is { } code ? StepSequence.Decode([code]).Steps[0] : null, surrogate.Linked, surrogate.Walked,
        surrogate.Text);

    public ReplayActionSurrogate ConvertToSurrogate(in ReplayAction value) =>
        new(value.Cpu, value.Step?.Code, value.Linked, value.Walked, value.Text);
}
