using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Descriptors;
using Orleans.Mmu.Arm.Geometry;

namespace Orleans.Mmu.Arm.Tables;

/// <summary>
/// Consecutive leaves of one level and with equal attributes whose output addresses advance with the VA. Any nonzero
/// entry that is no table counts as a leaf, valid or not.
/// </summary>
/// <param name="Start">The first address that the run maps.</param>
/// <param name="Level">The level of every leaf.</param>
/// <param name="Count">The number of leaf entries; contiguous groups count each member.</param>
/// <param name="First">The descriptor of the first leaf.</param>
public readonly record struct LeafSequence(VirtualAddress Start, Level Level, long Count, Descriptor First)
{
    /// <summary>The length of the run in bytes.</summary>
    public ulong Length(TranslationGeometry geometry) => (ulong)Count * geometry.Size(Level);

    public VirtualAddress End(TranslationGeometry geometry) => Start + Length(geometry);

    /// <summary>Whether <paramref name="next"/> continues this run, so that the two can be merged.</summary>
    public bool ContinuesWith(in LeafSequence next, TranslationGeometry geometry)
    {
        if (next.Level != Level || next.Start != End(geometry))
            return false;
        ulong address = geometry.AddressBits(Level);
        return (First.Bits & ~address) == (next.First.Bits & ~address)
            && next.First.OutputAddress(geometry, Level) == First.OutputAddress(geometry, Level) + Length(geometry);
    }
}
