using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Descriptors;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Arm.Invalidation;
using Orleans.Mmu.Arm.Tlbs;

namespace Orleans.Mmu.Tests;

/// <summary>Questions that only tests ask about the model of the architecture.</summary>
internal static class ArmExtensions
{
    /// <summary>
    /// Whether an operand names a 64-bit address; a range does not wrap around the end of the address space.
    /// </summary>
    public static bool Names(this in TlbiOperand operand, VirtualAddress va) =>
        va >= operand.Address && va - operand.Address < operand.Length;

    /// <summary>
    /// The physical address if a TLB holds a translation. If several entries match, the smallest translates.
    /// </summary>
    public static bool TryTranslate(this Tlb tlb, VirtualAddress va, ushort asid, out PhysicalAddress physical)
    {
        bool hit = tlb.TryLookup(va, asid, out var entry);
        physical = hit ? entry.Translate(va) : default;
        return hit;
    }

    /// <summary>The same address with other attributes.</summary>
    public static Descriptor WithAttributes(
        this Descriptor descriptor, TranslationGeometry geometry, Level level, LeafAttributes attributes) =>
        new((descriptor.Bits & ~descriptor.Attributes(geometry, level).Bits) | attributes.Bits);
}
