using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Descriptors;
using Orleans.Mmu.Arm.Geometry;

namespace Orleans.Mmu.Arm.Tables;

/// <summary>
/// Consecutive leaves of one level and one set of attributes whose output addresses advance with the VA. A leaf is any
/// entry that software left something in, valid or not; a zero word is none.
/// </summary>
/// <param name="Start">The first address that the run maps.</param>
/// <param name="Level">The level of every leaf.</param>
/// <param name="Count">Leaf entries, not contiguous groups.</param>
/// <param name="First">The descriptor of the first leaf.</param>
public readonly record struct LeafRun(VirtualAddress Start, Level Level, long Count, Descriptor First)
{
    /// <summary>Bytes of the whole run.</summary>
    public ulong Length(TranslationGeometry geometry) => (ulong)Count * geometry.Size(Level);

    public VirtualAddress End(TranslationGeometry geometry) => Start + Length(geometry);

    /// <summary>Whether <paramref name="next"/> goes on where this run ends, so that the two are one.</summary>
    public bool ContinuesWith(in LeafRun next, TranslationGeometry geometry)
    {
        if (next.Level != Level || next.Start != End(geometry))
            return false;
        ulong address = geometry.AddressBits(Level);
        return (First.Bits & ~address) == (next.First.Bits & ~address)
            && next.First.OutputAddress(geometry, Level) == First.OutputAddress(geometry, Level) + Length(geometry);
    }
}
