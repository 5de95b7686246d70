using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Descriptors;
using Orleans.Mmu.Arm.Tables;

namespace Orleans.Mmu.Arm.Walks;

/// <summary>
/// The stage-1 translation table walk over one snapshot: root to leaf, one descriptor a level (R_YKQTS: each read is
/// single-copy atomic, and they happen in this order). It reads at most five descriptors whatever the tables hold.
/// </summary>
public static class TableWalker
{
    /// <summary>The most descriptors that a walk reads.</summary>
    public const int MaxSteps = 5;

    /// <param name="implementedPaBits">The CPU's physical address size; output addresses beyond it fault.</param>
    public static WalkResult Walk(
        TableSnapshot memory, PhysicalAddress root, VirtualAddress va, int implementedPaBits = 52) =>
        Walk(memory, root, va, implementedPaBits, [], out _);

    /// <summary>As above, and tells what it read.</summary>
    /// <param name="steps">Takes the first reads that fit in it; <see cref="MaxSteps"/> holds all.</param>
    /// <param name="count">How many were stored.</param>
    public static WalkResult Walk(
        TableSnapshot memory, PhysicalAddress root, VirtualAddress va, int implementedPaBits, Span<WalkStep> steps,
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
