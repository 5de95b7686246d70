using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Descriptors;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Arm.Tables;
using Orleans.Mmu.Linux.Kernels;
using Orleans.Mmu.Linux.LinearMap;
using Orleans.Mmu.Linux.RunningKernel;
using Orleans.Mmu.Linux.Splitting;

namespace Orleans.Mmu.Linux.Permissions;

/// <summary>
/// update_range_prot(): splits at both ends, then writes every leaf of the range. It flushes nothing. It refuses a leaf
/// that reaches beyond the range; kernels before 6.18 refuse every block (apply_to_page_range). Leaves written before a
/// refusal stay written.
/// </summary>
internal sealed class RangePermissions(KernelContext kernel, TableEditor editor)
{
    private readonly TranslationGeometry _geometry = editor.Geometry;
    private readonly SplitPrimitive _split = new(kernel, editor);
    private readonly bool _seesInvalidBlocks = !kernel.Rules.Has(KernelBug.InvalidBlockUnseen);

    /// <returns>
    /// The error of the split. InvalidArgument for an empty range, without a warning
    /// (walk_kernel_page_table_range_lockless), for a block that reaches beyond the range, and, before 6.18, for any
    /// block.
    /// </returns>
    public ChangeResult Apply(LinearRange range, PermissionChange change)
    {
        var error = _split.Split(range.Start, range.End);
        if (error != KernelError.None)
            return new(error, range.Start,
                $"{change.Name}: split_kernel_leaf_mapping({range.Start}, {range.End}) returned {error.Name()}");
        if (range.Start >= range.End)
            return new(KernelError.InvalidArgument, range.Start);
        var at = range.Start;
        return Visit(editor.EditRoot(kernel.Swapper), ref at, range.End, change) is not { } leaf
            ? new(KernelError.None, range.End)
            : new(KernelError.InvalidArgument, at,
                $"{change.Name}: the leaf of {LeafCensus.SizeName(leaf)} at {at.AlignDown(leaf)} {Complaint(range)}");
    }

    // Returns null, or the size of the leaf at the address that was refused.
    private ulong? Visit(PatchedTable table, ref VirtualAddress at, VirtualAddress end, PermissionChange change)
    {
        if (table.Level.IsLast)
        {
            WritePages(table, at, end, change);
            at = end;
            return null;
        }

        ulong size = _geometry.Size(table.Level);
        for (int i = _geometry.Index(at, table.Level); i < table.Count && at < end; i++)
        {
            var next = at.AlignDown(size) + size;
            // The last entry of the address space has no next address.
            var limit = next - at < end - at ? next : end;
            if (table.HasChild(i))
            {
                if (Visit(editor.EditChild(table, i), ref at, limit, change) is { } refused)
                    return refused;
            }
            else if (IsSeen(table[i]))
            {
                if (limit - at != size || !kernel.Rules.SplitsLinearMap)
                    return size;
                editor.Write(table, i, change.ApplyTo(table[i]));
            }

            at = limit;
        }

        return null;
    }

    // pageattr_pte_entry() writes every page, even an empty one, and does not check alignment.
    private void WritePages(PatchedTable table, VirtualAddress at, VirtualAddress end, PermissionChange change)
    {
        ulong page = _geometry.Granule.PageSize;
        int first = _geometry.Index(at, table.Level);
        int count = (int)((end - at + (page - 1)) / page);
        for (int i = first; i < first + count; i++)
            editor.Write(table, i, change.ApplyTo(table[i]));
    }

    // pageattr_pud_entry(), pageattr_pmd_entry(): only kernels that check the mark treat an invalid block as a leaf.
    private bool IsSeen(Descriptor leaf) => leaf.IsValid || (_seesInvalidBlocks && KernelAttributes.IsPresent(leaf));

    private string Complaint(LinearRange range) =>
        kernel.Rules.SplitsLinearMap ? $"reaches beyond {range.Start}-{range.End}" : "is no page";
}
