using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Descriptors;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Arm.Processors;
using Orleans.Mmu.Arm.Tables;
using Orleans.Mmu.Arm.TlbEntries;
using Orleans.Mmu.Arm.Walks;

namespace Orleans.Mmu.Speculation.Adversary;

/// <summary>The table entries in a CPU's TLB, from which a walk may start (R_SQBCS).</summary>
internal static class CachedTables
{
    /// <summary>The entry that is nearest to the leaf of an address; null if no entry leads to the address.</summary>
    public static TlbEntry? Deepest(Processor processor, TranslationGeometry geometry, VirtualAddress va)
    {
        TlbEntry? deepest = null;
        foreach (var entry in processor.Tlb.Entries())
        {
            if (entry.IsTable && entry.Covers(geometry, va)
                && !(deepest is { } found && found.Level >= entry.Level))
                deepest = entry;
        }

        return deepest;
    }

    /// <summary>
    /// Whether the way from a root to an address leads through the table of an entry. A table that was unlinked is in
    /// no snapshot and is not walked.
    /// </summary>
    public static bool Passes(
        Processor processor, TableSnapshot tables, Ttbr root, VirtualAddress va, in TlbEntry table)
    {
        Span<WalkRead> steps = stackalloc WalkRead[TableWalker.MaxSteps];
        TableWalker.Walk(tables, root.RootAddress, va, processor.ImplementedPaBits, steps, out int count);
        foreach (var step in steps[..count])
        {
            if (step.Level == table.Level)
                return step.Value.Kind(tables.Geometry, step.Level) == DescriptorKind.Table
                    && step.Value.NextTable(tables.Geometry) == table.Output;
        }

        return false;
    }
}
