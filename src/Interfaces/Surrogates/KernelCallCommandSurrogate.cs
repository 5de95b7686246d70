using System.Collections.Immutable;
using Orleans.Mmu.Interfaces.Tables;

namespace Orleans.Mmu.Interfaces.Surrogates;

/// <summary>A kernel call, as it travels: one shape for the whole family.</summary>
[GenerateSerializer, Immutable, Alias("mmu.KernelCall")]
public readonly record struct KernelCallSurrogate(
    [property: Id(0)] KernelCallKind Kind,
    [property: Id(1)] int Area,
    [property: Id(2)] ulong Start,
    [property: Id(3)] ulong Length);

/// <summary>A <see cref="KernelCallCommand"/>, as it travels.</summary>
[GenerateSerializer, Immutable, Alias("mmu.KernelCallCommand")]
public readonly record struct KernelCallCommandSurrogate(
    [property: Id(0)] long Sequence,
    [property: Id(5)] ImmutableArray<int> Cpus,
    [property: Id(6)] bool LeaveOutFlush,
    [property: Id(7)] KernelCallSurrogate Call);

/// <summary>Lets Orleans carry a <see cref="KernelCallCommand"/>, whose call is one of a family of records.</summary>
[RegisterConverter]
public sealed class KernelCallCommandConverter : IConverter<KernelCallCommand, KernelCallCommandSurrogate>
{
    public KernelCallCommand ConvertFromSurrogate(in KernelCallCommandSurrogate surrogate) => new(
        surrogate.Sequence, KernelCallFields.ToCall(surrogate.Call), surrogate.Cpus, surrogate.LeaveOutFlush);

    public KernelCallCommandSurrogate ConvertToSurrogate(in KernelCallCommand value) =>
        new(value.Sequence, value.Cpus, value.LeaveOutFlush, KernelCallFields.Of(value.Call));
}
