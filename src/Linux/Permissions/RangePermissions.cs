using Orleans.Mmu.Arm;

namespace Orleans.Mmu.Linux;

/// <summary>
/// update_range_prot(): splits at both ends, then writes every leaf of the range. It flushes nothing. A leaf that reaches
/// beyond the range is refused, and every block by kernels before 6.18 (apply_to_page_range); what was written before it
/// stays written.
/// </summary>
public sealed class RangePermissions(KernelState kernel, TableEditor editor)
{
    private readonly TranslationGeometry _geometry = editor.Geometry;
    private readonly SplitPrimitive _split = new(kernel, editor);

    public ChangeOutcome Apply(LinearRange range, PermissionChange change)
    {
        var error = _split.Split(range.Start, range.End);
        if (error != KernelError.None)
            return new(error, range.Start, $"{change.Name}: split_kernel_leaf_mapping({range.Start}, {range.End}) returned {error.Name()}");
        // walk_kernel_page_table_range_lockless() takes no empty range, though the split was content with it.
        if (range.Start >= range.End)
            return new(KernelError.InvalidArgument, range.Start);
        var at = range.Start;
        return Visit(editor.EditRoot(kernel.Swapper), ref at, range.End, change, out var partial)
            ? new(KernelError.None, range.End)
            : new(KernelError.InvalidArgument, at,
                $"{change.Name}: the leaf of {LeafCensus.SizeName(partial)} at {at.AlignDown(partial)} {(kernel.Rules.SplitsLinearMap ? $"reaches beyond {range.Start}-{range.End}" : "is no page")}");
    }

    private bool Visit(PatchedTable table, ref VirtualAddress at, VirtualAddress end, PermissionChange change, out ulong partial)
    {
        ulong size = _geometry.Size(table.Level);
        partial = 0;
        for (int i = _geometry.Index(at, table.Level); i < table.Count && at < end; i++)
        {
            var next = at.AlignDown(size) + size;
            // An address space ends where its last entry does.
            var limit = next - at < end - at ? next : end;
            if (table.HasChild(i))
            {
                if (!Visit(editor.EditChild(table, i), ref at, limit, change, out partial))
                    return false;
            }
            else if (IsSeen(table[i], table.Level))
            {
                if (limit - at != size || !(table.Level.IsLast || kernel.Rules.SplitsLinearMap))
                {
                    partial = size;
                    return false;
                }

                editor.Write(table, i, change.ApplyTo(table[i]));
            }

            at = limit;
        }

        return true;
    }

    // pageattr_pud_entry(), pageattr_pmd_entry(), pageattr_pte_entry(): a page is written whatever it holds, even nothing;
    // an invalid block is a leaf only to kernels that look for the mark.
    private bool IsSeen(Descriptor leaf, Level level) =>
        level.IsLast || leaf.IsValid || (!kernel.Rules.Has(KernelBug.InvalidBlockUnseen) && KernelAttributes.IsPresent(leaf));
}
