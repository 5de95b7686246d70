using System.Collections.Immutable;
using Orleans.Mmu.Coordination.Cpus;
using Orleans.Mmu.Coordination.Journals;
using Orleans.Mmu.Interfaces.Cpus;

namespace Orleans.Mmu.Interfaces.Surrogates;

/// <summary>A <see cref="CpuStanding"/>, as it travels.</summary>
[GenerateSerializer, Immutable, Alias("mmu.CpuStanding")]
public readonly record struct CpuStandingSurrogate(
    [property: Id(0)] long Epoch,
    [property: Id(1)] RunPhase Phase,
    [property: Id(2)] bool Waits,
    [property: Id(3)] ImmutableArray<string> WayIn,
    [property: Id(4)] ImmutableArray<string> WayBack);

/// <summary>Lets Orleans carry a <see cref="CpuStanding"/>.</summary>
[RegisterConverter]
public sealed class CpuStandingConverter : IConverter<CpuStanding, CpuStandingSurrogate>
{
    public CpuStanding ConvertFromSurrogate(in CpuStandingSurrogate surrogate) => new(surrogate.Epoch, surrogate.Phase,
        surrogate.Waits, PhaseSteps.Of(surrogate.WayIn), PhaseSteps.Of(surrogate.WayBack));

    public CpuStandingSurrogate ConvertToSurrogate(in CpuStanding value) =>
        new(value.Epoch, value.Phase, value.Waits, [.. value.WayIn.Select(s => s.Text)],
            [.. value.WayBack.Select(s => s.Text)]);
}
