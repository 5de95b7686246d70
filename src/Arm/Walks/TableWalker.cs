using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Descriptors;
using Orleans.Mmu.Arm.Tables;

namespace Orleans.Mmu.Arm.Walks;

/// <summary>
/// The stage-1 translation table walk over one snapshot, from the root to a leaf, one descriptor a level. The reads are
/// single-copy atomic and happen in this order (R_YKQTS). A walk reads at most five descriptors, whatever the tables
/// hold.
/// </summary>
public static class TableWalker
{
    /// <summary>The most descriptors that a walk can read.</summary>
    public const int MaxSteps = 5;

    /// <param name="implementedPaBits">The CPU's physical address size; output addresses beyond it fault.</param>
    public static WalkResult Walk(
        TableSnapshot memory, PhysicalAddress root, VirtualAddress va, int implementedPaBits = 52) =>
        Walk(memory, root, va, implementedPaBits, [], out _);

    /// <summary>As above, and reports the descriptors read.</summary>
    /// <param name="steps">Receives the first reads that fit; <see cref="MaxSteps"/> hold all.</param>
    /// <param name="count">The number of reads stored.</param>
    public static WalkResult Walk(
        TableSnapshot memory, PhysicalAddress root, VirtualAddress va, int implementedPaBits, Span<WalkRead> steps,
        out int count)
    {
        var geometry = memory.Geometry;
        count = 0;
        if (!geometry.IsCanonical(va))
            return new(WalkFault.Translation, geometry.StartLevel, Descriptor.Invalid);
        if (memory.Root(root) is not { } start)
            return new(WalkFault.ExternalAbort, geometry.StartLevel, Descriptor.Invalid);

        var table = new TableView(start);
        for (var level = start.Level; ; level = level.Next)
        {
            int index = geometry.Index(va, level);
            var descriptor = table.Read(index, out var next);
            if (count < steps.Length)
                steps[count++] = new(level, table.AddressOf(index), descriptor);

            switch (descriptor.Kind(geometry, level))
            {
                case DescriptorKind.Table:
                    if (descriptor.NextTable(geometry).Value >> implementedPaBits != 0)
                        return new(WalkFault.AddressSize, level, descriptor);
                    if (next.IsNone)
                        return new(WalkFault.ExternalAbort, level, descriptor);
                    table = next;
                    break;
                case DescriptorKind.Block or DescriptorKind.Page:
                    if (descriptor.OutputAddress(geometry, level).Value >> implementedPaBits != 0)
                        return new(WalkFault.AddressSize, level, descriptor);
                    return new(descriptor.AccessFlag ? WalkFault.None : WalkFault.AccessFlag, level, descriptor);
                default:
                    return new(WalkFault.Translation, level, descriptor);
            }
        }
    }
}
