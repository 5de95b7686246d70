using System.Buffers.Binary;
using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Descriptors;
using Orleans.Mmu.Arm.Geometry;

namespace Orleans.Mmu.Audit.Memory;

/// <summary>A table that a walk is reading, and how far it is.</summary>
/// <param name="words">The descriptors, eight bytes each.</param>
/// <param name="start">The address that entry 0 translates.</param>
/// <param name="above">What the tables above take away.</param>
internal sealed class TableFrame(
    byte[] words, PhysicalAddress address, Level level, VirtualAddress start, TableAttributes above)
{
    public PhysicalAddress Address => address;

    public Level Level => level;

    public TableAttributes Above => above;

    public int Count => words.Length / 8;

    /// <summary>The next entry to read.</summary>
    public int Index { get; set; }

    public Descriptor Word(int index) => new(BinaryPrimitives.ReadUInt64LittleEndian(words.AsSpan(index * 8)));

    public VirtualAddress AddressOf(TranslationGeometry geometry, int index) =>
        start + (ulong)index * geometry.Size(level);
}
