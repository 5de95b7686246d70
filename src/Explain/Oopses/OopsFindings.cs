using System.Collections.Immutable;
using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Descriptors;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Explain.Syndromes;
using Orleans.Mmu.Linux.LinearMap;

namespace Orleans.Mmu.Explain.Oopses;

/// <summary>What the parts of an oops say together: whether the fault and the printed walk agree.</summary>
internal static class OopsFindings
{
    // Software adds the offset of a field to a null pointer; Linux keeps the first pages unmapped for that.
    private const ulong NullArea = 0x10000;

    public static IEnumerable<string> Of(
        Oops oops, TranslationGeometry geometry, ImmutableArray<OopsLevel> walk)
    {
        if (oops.Address is { } address)
            yield return OfAddress(address, geometry);
        if (oops.Syndrome is not { IsAbort: true } esr || walk.IsEmpty)
            yield break;
        var end = walk[^1];
        var kind = end.Entry.Descriptor.Kind(geometry, end.Level);
        bool translates = kind is DescriptorKind.Block or DescriptorKind.Page;
        if (esr.Fault.Level is { } level && level != end.Level.Number)
        {
            yield return $"The fault reports level {level}, and the printed walk ends at level {end.Level}: the " +
                "tables changed between the two, or the walk that faulted began before a change (I_GYJBJ).";
        }

        string? more = esr.Fault.Kind switch
        {
            FaultKind.Translation when translates => $"The {end.Entry.Name} was valid when the kernel printed it: " +
                "either another CPU has made it valid since, or this CPU used an older invalid descriptor, which it " +
                "may until a DSB of the writer and an ISB of its own (without FEAT_ETS2). Linux takes such a fault " +
                "for spurious if AT S1E1R then translates the address.",
            FaultKind.Translation => $"The printed walk agrees: the {end.Entry.Name} is not valid.",
            FaultKind.Permission when translates => OfPermission(esr, end, geometry),
            FaultKind.AccessFlag when translates && end.Entry.Descriptor.AccessFlag =>
                $"The {end.Entry.Name} has AF = 1 in the printed walk, so it changed since.",
            FaultKind.TlbConflict when translates => "The printed walk is one of the two translations: " +
                $"{LeafCensus.SizeName(geometry.Size(end.Level))} at level {end.Level}. The other one is " +
                "in the TLB alone: a block or a contiguous group that this one was cut from, or the pages that it " +
                "replaced.",
            _ => null,
        };
        if (more is not null)
            yield return more;
    }

    private static string OfAddress(VirtualAddress address, TranslationGeometry geometry)
    {
        if (address.Value < NullArea)
            return "The address is a small offset from zero: a field of a null pointer.";
        if (!geometry.IsCanonical(address))
        {
            return $"The address lies in neither half of {geometry.VaBits} bits, so no table translates it: a " +
                "damaged pointer, or one whose tag was left in.";
        }

        if (!address.IsUpperHalf)
            return "The address lies in the lower half, which TTBR0 translates: user space, or the idmap.";
        return address < LinearMapLayout.EndOf(geometry)
            ? $"The address lies in the linear map, 0x{address - geometry.UpperHalfStart:x} bytes behind PAGE_OFFSET."
            : "The address lies in the kernel's half above the linear map: vmalloc, modules, the kernel image, " +
                "vmemmap or the fixmap.";
    }

    private static string OfPermission(ExceptionSyndrome esr, OopsLevel end, TranslationGeometry geometry)
    {
        var attributes = end.Entry.Descriptor.Attributes(geometry, end.Level);
        bool isOfUser = (end.Entry.Descriptor.Bits >> 6 & 1) != 0;
        bool refuses = esr.IsInstructionAbort ? attributes.PrivilegedExecuteNever : esr.IsWrite && attributes.ReadOnly;
        if (refuses)
            return $"The printed walk agrees: the {end.Entry.Name} does not permit the access.";
        return isOfUser && !esr.IsInstructionAbort
            ? $"The {end.Entry.Name} belongs to user space: the kernel may access it only where PAN is off."
            : $"The {end.Entry.Name} permits the access in the printed walk: the fault came from an older " +
                "translation in the TLB, which no TLBI has removed (R_LXHLD), or the entry changed since.";
    }
}
