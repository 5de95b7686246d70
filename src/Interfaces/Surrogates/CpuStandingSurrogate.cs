using Orleans.Mmu.Coordination.Cpus;
using Orleans.Mmu.Coordination.Journals;
using Orleans.Mmu.Linux.Protocols;

namespace Orleans.Mmu.Interfaces.Surrogates;

/// <summary>A <see cref="CpuStanding"/>, as it travels.</summary>
[GenerateSerializer, Immutable, Alias("mmu.CpuStanding")]
public readonly record struct CpuStandingSurrogate(
    [property: Id(0)] long Epoch,
    [property: Id(1)] RunPhase Phase,
    [property: Id(2)] bool Waits,
    [property: Id(5)] StepSequence WayIn,
    [property: Id(6)] StepSequence WayBack,
    [property: Id(7)] bool IsAbsent);

/// <summary>Lets Orleans carry a <see cref="CpuStanding"/>.</summary>
[RegisterConverter]
public sealed class CpuStandingConverter : IConverter<CpuStanding, CpuStandingSurrogate>
{
    public CpuStanding ConvertFromSurrogate(in CpuStandingSurrogate surrogate) => new(surrogate.Epoch, surrogate.Phase,
        surrogate.Waits, surrogate.IsAbsent, surrogate.WayIn.Steps, surrogate.WayBack.Steps);

    public CpuStandingSurrogate ConvertToSurrogate(in CpuStanding value) =>
        new(value.Epoch, value.Phase, value.Waits, value.WayIn, value.WayBack, value.IsAbsent);
}
