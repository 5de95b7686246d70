using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Descriptors;
using Orleans.Mmu.Arm.Geometry;

namespace Orleans.Mmu.Linux.LinearMap;

/// <summary>What a request to map memory asks of each descriptor, and the descriptors that it therefore gets.</summary>
/// <param name="PresentInvalid">The leaves are present-invalid.</param>
internal readonly record struct MappingRequest(
    TranslationGeometry Geometry, LeafAttributes Attributes, MappingFlags Flags, bool PresentInvalid)
{
    /// <summary>Whether the request has none of some flags.</summary>
    public bool Allows(MappingFlags not) => (Flags & not) == 0;

    public Descriptor Leaf(Level level, PhysicalAddress pa, bool contiguous)
    {
        var leaf = Descriptor.Leaf(Geometry, level, pa, Attributes, contiguous);
        return PresentInvalid ? KernelAttributes.PresentInvalid(leaf) : leaf;
    }

    /// <summary>The first leaf of a table that the request fills.</summary>
    public Descriptor FirstOfTable(Level level, PhysicalAddress pa) =>
        Leaf(level, pa, Allows(MappingFlags.NoContiguous) && pa.IsAligned(Geometry.ContiguousSize(level)));

    /// <summary>The descriptor of a table.</summary>
    public Descriptor Table(PhysicalAddress page) =>
        Descriptor.Table(Geometry, page, KernelAttributes.Table(!Allows(MappingFlags.NoExec)));
}
