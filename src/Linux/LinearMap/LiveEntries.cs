using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Descriptors;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Arm.Tables;
using Orleans.Mmu.Linux.Kernels;

namespace Orleans.Mmu.Linux.LinearMap;

/// <summary>What __create_pgd_mapping() asks of entries that are already there.</summary>
internal sealed class LiveEntries(TranslationGeometry geometry, KernelRules rules)
{
    /// <summary>pgattr_change_is_safe().</summary>
    public bool MayBecome(Descriptor old, Descriptor value) => KernelAttributes.ChangeIsSafe(old, value, rules);

    /// <summary>BUG_ON(!pgattr_change_is_safe()) of init_pte(), init_pmd() and alloc_init_pud().</summary>
    /// <exception cref="KernelPanicException">The change is not safe.</exception>
    public void Demand(VirtualAddress va, Descriptor old, Descriptor value)
    {
        if (!MayBecome(old, value))
            throw new KernelPanicException(
                $"BUG: pgattr_change_is_safe() forbids writing {value} over the live leaf {old} at {va}");
    }

    /// <summary>pte_range_has_valid_noncont() and pmd_range_has_valid_noncont().</summary>
    /// <param name="group">The bytes of a contiguous group.</param>
    public bool HoldsPlainLeaf(PatchedTable table, VirtualAddress va, ulong group)
    {
        int first = geometry.Index(va, table.Level);
        int count = (int)(group / geometry.Size(table.Level));
        if (table.IsEmpty(first, count))
            return false;
        for (int i = first; i < first + count; i++)
        {
            if (table[i].IsValid && !table[i].Contiguous)
                return true;
        }

        return false;
    }
}
