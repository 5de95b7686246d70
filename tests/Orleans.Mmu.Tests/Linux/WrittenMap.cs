using Orleans.Mmu.Arm.Descriptors;
using Orleans.Mmu.Arm.Tables;
using Orleans.Mmu.Linux.Kernels;
using Orleans.Mmu.Linux.LinearMap;
using Orleans.Mmu.Tests.Arm;

namespace Orleans.Mmu.Tests.Linux;

/// <summary>Maps that __create_pgd_mapping() of a version writes.</summary>
internal static class WrittenMap
{
    public static TestMap Map(string version, ulong size, MappingFlags flags)
    {
        var map = new TestMap(Geometries.Of("4K", 48));
        Writer(map, version).Map(
            new(0x4000_0000), map.Geometry.UpperHalfStart, size, LeafAttributes.Data(map.Geometry, 0, false), flags);
        return map;
    }

    public static IReadOnlyList<LeafSequence> Leaves(TestMap map) =>
        [.. LeafEnumeration.Leaves(map.Geometry, map.Publish().Root(map.Root)!, map.Geometry.UpperHalfStart)];

    public static PageTableWriter Writer(TestMap map, string version, long limit = long.MaxValue) =>
        new(map.Editor, new([new(new(1UL << 40), new(1UL << 41))], map.Geometry.Granule.PageSize, limit),
            Rules(version), map.Root, Rules(version).PaintsImageFirst);

    public static KernelRules Rules(string version) => KernelRules.Of(KernelVersion.Parse(version));
}
