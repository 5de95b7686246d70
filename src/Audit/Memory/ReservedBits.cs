using Orleans.Mmu.Arm.Geometry;

namespace Orleans.Mmu.Audit.Memory;

/// <summary>The bits of valid descriptors that are RES0 (DDI0487 "VMSAv8-64 descriptor formats").</summary>
internal static class ReservedBits
{
    private const ulong NtBit = 1UL << 16;
    private const ulong ContiguousBit = 1UL << 52;
    private const ulong AboveAddress = 3UL << 48;

    /// <summary>
    /// Of a block or page: between the attributes and the address, bits [49:48] where no address bits lie there, and
    /// the Contiguous bit at a level that has no groups.
    /// </summary>
    public static ulong OfLeaf(TranslationGeometry geometry, Level level) =>
        (Above(geometry) | Below(geometry.Size(level)) | Contiguous(geometry, level)) & ~geometry.AddressBits(level)
            & ~(level.IsLast ? 0 : NtBit);

    /// <summary>Of a table descriptor: below the next table's address, except for bits that are ignored.</summary>
    public static ulong OfTable(TranslationGeometry geometry) =>
        (Above(geometry) | Below(geometry.Granule.PageSize)) & ~geometry.AddressBits(Level.L3);

    private static ulong Contiguous(TranslationGeometry geometry, Level level) =>
        geometry.HasGroups(level) ? 0 : ContiguousBit;

    private static ulong Above(TranslationGeometry geometry) =>
        geometry.Format == OutputAddressFormat.Lpa2 ? 0 : AboveAddress;

    private static ulong Below(ulong size) => (size - 1) & ~0xfffUL;
}
