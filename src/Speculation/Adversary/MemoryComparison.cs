using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Processors;
using Orleans.Mmu.Arm.Tables;
using Orleans.Mmu.Arm.TlbEntries;
using Orleans.Mmu.Arm.Walks;

namespace Orleans.Mmu.Speculation.Adversary;

/// <summary>
/// Compares a TLB entry with the tables in memory, leaf by leaf, so that a change in the middle of a block is found.
/// </summary>
internal static class MemoryComparison
{
    /// <summary>The first address of an entry that memory translates otherwise; null if there is none.</summary>
    public static VirtualAddress? StaleAt(Processor processor, in TlbEntry entry, TableSnapshot tables)
    {
        var geometry = tables.Geometry;
        ulong member = geometry.Size(entry.Level);
        for (var va = entry.Start; va - entry.Start <= entry.Last - entry.Start;)
        {
            var now = TableWalker.Walk(
                tables, processor.TtbrFor(va).Value.RootAddress, va, processor.ImplementedPaBits);
            ulong size = geometry.Size(now.Level);
            if (entry.Covers(geometry, va)
                && (!now.IsTranslation
                    || now.Leaf.OutputAddress(geometry, now.Level) + (va.Value & (size - 1)) != entry.Translate(va)
                    || now.Leaf.Attributes(geometry, now.Level) != entry.Descriptor.Attributes(geometry, entry.Level)))
            {
                return va;
            }

            ulong step = Math.Min(size, member);
            va = va.AlignDown(step) + step;
        }

        return null;
    }
}
