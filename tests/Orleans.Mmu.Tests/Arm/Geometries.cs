using CsCheck;
using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Geometry;

namespace Orleans.Mmu.Tests.Arm;

/// <summary>Every pair of granule and VA size that can be built, and generators over them.</summary>
internal static class Geometries
{
    public static IReadOnlyList<TranslationGeometry> All { get; } =
        [.. Granule.All.SelectMany(g => TranslationGeometry.VaSizes(g).Select(v => TranslationGeometry.Create(g, v)))];

    public static Gen<TranslationGeometry> Any { get; } = Gen.OneOf([.. All]);

    /// <summary>A geometry, a level of it that has leaves, and a random 64-bit word.</summary>
    public static Gen<(TranslationGeometry Geometry, Level Level, ulong Word)> AnyLeafLevel { get; } =
        Any.SelectMany(g => Gen.OneOf([.. LeafLevels(g)]).SelectMany(l => Gen.ULong.Select(w => (g, l, w))));

    public static TranslationGeometry Of(string granule, int vaBits) =>
        Granule.TryParse(granule, out var parsed)
            ? TranslationGeometry.Create(parsed, vaBits)
            : throw new ArgumentException(granule, nameof(granule));

    /// <summary>The levels of a walk, first to last.</summary>
    public static IEnumerable<Level> Levels(TranslationGeometry geometry)
    {
        for (int number = geometry.StartLevel.Number; number <= 3; number++)
            yield return Level.Of(number);
    }

    public static IEnumerable<Level> LeafLevels(TranslationGeometry geometry) =>
        Levels(geometry).Where(l => l.IsLast || geometry.AllowsBlock(l));

    /// <summary>An output address that a leaf of the level can have, from random bits.</summary>
    public static PhysicalAddress Output(TranslationGeometry geometry, Level level, ulong word) =>
        new PhysicalAddress(word & ((1UL << geometry.PaBits) - 1)).AlignDown(geometry.Size(level));

    /// <summary>An address of the upper half, from random bits.</summary>
    public static VirtualAddress Upper(TranslationGeometry geometry, ulong word) =>
        geometry.UpperHalfStart + (word & ((1UL << geometry.VaBits) - 1));
}
