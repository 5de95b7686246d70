using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Arm.TlbEntries;

namespace Orleans.Mmu.Arm.Invalidation;

/// <summary>Which entries a TLBI must remove at least.</summary>
public static class TlbMaintenance
{
    /// <summary>
    /// Whether the operation removes the entry or a part of its cover. It removes at least the size that the descriptor
    /// gives: one address inside a block names the whole block (R_LQLSD).
    /// </summary>
    public static bool Affects(in TlbiOperation operation, in TlbEntry entry, TranslationGeometry geometry)
    {
        switch (operation.Scope)
        {
            case TlbiScope.All:
                return true;
            case TlbiScope.Asid:
                return !entry.IsGlobal && entry.Asid == operation.Asid;
            default:
                if (entry.IsTable && operation.LastLevelOnly)
                    return false;
                bool anyAsid = operation.Scope is TlbiScope.VaAllAsids or TlbiScope.VaAllAsidsLastLevel;
                return (anyAsid || entry.IsGlobal || entry.Asid == operation.Asid)
                    && Touches(operation, entry, geometry);
        }
    }

    /// <summary>
    /// The members of a group entry that remain after the operation: the Contiguous bit does not widen a TLBI
    /// (I_JQPNP).
    /// </summary>
    public static UInt128 MembersLeft(in TlbiOperation operation, in TlbEntry entry, TranslationGeometry geometry)
    {
        int count = entry.MemberCount(geometry);
        var all = count == 128 ? UInt128.MaxValue : (UInt128.One << count) - 1;
        var left = entry.Members & all;
        ulong size = geometry.Size(entry.Level);
        for (int i = 0; i < count; i++)
        {
            if (Names(operation, entry.Start + (ulong)i * size, size, geometry))
                left &= ~(UInt128.One << i);
        }

        return left;
    }

    private static bool Touches(in TlbiOperation operation, in TlbEntry entry, TranslationGeometry geometry) =>
        Names(operation, entry.Start, 1UL << entry.Shift, geometry);

    private static bool Names(
        in TlbiOperation operation, VirtualAddress start, ulong size, TranslationGeometry geometry)
    {
        // A range ends at the end of the address space at the latest; it does not wrap into the other half.
        var first = operation.Length == 0 ? operation.Address : operation.Address.AlignDown(geometry.Granule.PageSize);
        ulong reach = Math.Min(Math.Max(operation.Length, 1) - 1, ulong.MaxValue - first.Value);
        return first <= start + (size - 1) && start <= first + reach;
    }
}
