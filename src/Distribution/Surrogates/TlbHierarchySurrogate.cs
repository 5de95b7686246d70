using System.Collections.Immutable;
using Orleans.Mmu.Arm.TlbHierarchies;
using Orleans.Mmu.Arm.Tlbs;

namespace Orleans.Mmu.Distribution.Surrogates;

/// <summary>A <see cref="TlbHierarchy"/>, as it travels.</summary>
[GenerateSerializer, Immutable, Alias("mmu.TlbHierarchy")]
internal readonly record struct TlbHierarchySurrogate(
    [property: Id(0)] TlbGeometry? Instructions,
    [property: Id(1)] TlbGeometry? Data,
    [property: Id(2)] TlbGeometry? Second,
    [property: Id(3)] EntrySizes InstructionSizes,
    [property: Id(4)] EntrySizes DataSizes,
    [property: Id(5)] EntrySizes SecondSizes,
    [property: Id(6)] WalkCaches? Walks);

/// <summary><see cref="WalkCaches"/>, as they travel.</summary>
[GenerateSerializer, Immutable, Alias("mmu.WalkCaches")]
internal readonly record struct WalkCachesSurrogate(
    [property: Id(0)] TlbGeometry? Shared, [property: Id(1)] ImmutableArray<TlbGeometry?> ByLevel);

/// <summary>Lets Orleans carry a <see cref="TlbHierarchy"/>.</summary>
[RegisterConverter]
internal sealed class TlbHierarchyConverter : IConverter<TlbHierarchy, TlbHierarchySurrogate>
{
    /// <exception cref="ArgumentException">An L1 TLB or the walk caches are missing.</exception>
    public TlbHierarchy ConvertFromSurrogate(in TlbHierarchySurrogate surrogate) =>
        surrogate is { Instructions: { } instructions, Data: { } data, Walks: { } walks }
            ? new(instructions, data, surrogate.Second, surrogate.InstructionSizes, surrogate.DataSizes,
                surrogate.SecondSizes, walks)
            : throw new ArgumentException("expected two L1 TLBs and walk caches, found fewer");

    public TlbHierarchySurrogate ConvertToSurrogate(in TlbHierarchy value) => new(
        value.Instructions, value.Data, value.Second, value.InstructionSizes, value.DataSizes, value.SecondSizes,
        value.Walks);
}

/// <summary>Lets Orleans carry <see cref="WalkCaches"/>.</summary>
[RegisterConverter]
internal sealed class WalkCachesConverter : IConverter<WalkCaches, WalkCachesSurrogate>
{
    // Levels 0, 1 and 2 have table entries.
    private const int Levels = 3;

    /// <exception cref="ArgumentException">The number of levels is not three.</exception>
    public WalkCaches ConvertFromSurrogate(in WalkCachesSurrogate surrogate) =>
        surrogate.ByLevel is { IsDefault: false, Length: Levels } levels ? new(surrogate.Shared, levels)
            : throw new ArgumentException($"expected walk caches of {Levels} levels");

    public WalkCachesSurrogate ConvertToSurrogate(in WalkCaches value) => new(value.Shared, value.ByLevel);
}
