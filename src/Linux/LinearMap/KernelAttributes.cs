using Orleans.Mmu.Arm.Descriptors;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Linux.Kernels;

namespace Orleans.Mmu.Linux.LinearMap;

/// <summary>
/// The protections of the linear map, and the changes from one to another that are allowed on a live entry.
/// </summary>
internal sealed class KernelAttributes
{
    /// <param name="notGlobal">arm64_use_ng_mappings: the leaves carry nG (PTE_MAYBE_NG).</param>
    public KernelAttributes(TranslationGeometry geometry, KernelRules rules, bool notGlobal = false)
    {
        LeafAttributes Kernel(int index, bool readOnly) =>
            LeafAttributes.Data(geometry, index, readOnly).WithDirtyBitModifier(!readOnly).WithSoftwareBit(0,
                rules.KernelPagesAreDirty).WithNotGlobal(notGlobal);
        Pages = Kernel(KernelMemoryTypes.Normal, false);
        TaggedPages = Kernel(KernelMemoryTypes.NormalTagged, false);
        ReadOnlyPages = Kernel(KernelMemoryTypes.Normal, true);
    }

    /// <summary>PAGE_KERNEL.</summary>
    public LeafAttributes Pages { get; }

    /// <summary>pgprot_tagged(PAGE_KERNEL).</summary>
    public LeafAttributes TaggedPages { get; }

    /// <summary>PAGE_KERNEL_RO.</summary>
    public LeafAttributes ReadOnlyPages { get; }

    /// <summary>
    /// The attribute bits of a table descriptor of the linear map: AF, UXNTable, and PXNTable if nothing below may
    /// execute.
    /// </summary>
    public static ulong Table(bool noExec) =>
        1UL << 10 | Descriptor.UxnTableBit | (noExec ? Descriptor.PxnTableBit : 0);

    /// <summary>
    /// pgattr_change_is_safe(): whether a live entry may be changed without break-before-make. Permissions, nG (from
    /// global), the software bits, and Normal against Normal-Tagged may change; the contiguous bit may not. Kernels
    /// before 7.2 refuse contiguous entries even where nothing changes.
    /// </summary>
    public static bool ChangeIsSafe(Descriptor old, Descriptor value, KernelRules rules)
    {
        if (!old.IsValid || !value.IsValid)
            return true;
        if (!rules.PaintsImageFirst && (old.Contiguous || value.Contiguous))
            return false;
        if (old.NotGlobal && !value.NotGlobal)
            return false;
        ulong mask = LeafAttributes.PermissionBits & ~(1UL << 6 | 1UL << 54 | 1UL << 50) | 1UL << 11;
        int a = (int)(old.Bits >> 2 & 7);
        int b = (int)(value.Bits >> 2 & 7);
        const int normal = KernelMemoryTypes.Normal, tagged = KernelMemoryTypes.NormalTagged;
        if (a is normal or tagged && b is normal or tagged)
            mask |= 7UL << 2;
        return ((old.Bits ^ value.Bits) & ~mask) == 0;
    }

    /// <summary>pte_present(), pmd_present(), pud_present(): valid, or marked as present-invalid.</summary>
    public static bool IsPresent(Descriptor descriptor) => descriptor.IsValid || descriptor.NotGlobal;

    /// <summary>PTE_PRESENT_INVALID: a leaf that keeps its contents but does not translate; bit 11 marks it.</summary>
    public static Descriptor PresentInvalid(Descriptor leaf) => new((leaf.Bits & ~1UL) | 1UL << 11);
}
