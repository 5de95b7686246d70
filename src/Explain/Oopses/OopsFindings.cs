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

    // KASAN_SHADOW_OFFSET of generic KASAN with 48 and 52 bits: the shadow byte of an address is address / 8 above it.
    private const ulong ShadowStart = 0xdfff_8000_0000_0000;
    private const int ShadowShift = 3;

    public static IEnumerable<string> Of(
        Oops oops, TranslationGeometry geometry, ImmutableArray<OopsLevel> walk)
    {
        if (oops.Address is { } address)
        {
            foreach (string sentence in OfAddress(address, geometry))
                yield return sentence;
        }

        if (oops.Syndrome is not { IsFaultOfStage1: true } esr || walk.IsEmpty)
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
            FaultKind.Permission when translates => OfPermission(esr, walk, geometry),
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

    private static IEnumerable<string> OfAddress(VirtualAddress address, TranslationGeometry geometry)
    {
        var translated = TranslationGeometry.WithoutTag(address);
        if (!geometry.IsCanonical(translated))
        {
            yield return $"The address lies in neither half of {geometry.VaBits} bits, so no table translates it: a " +
                "damaged pointer.";
            yield break;
        }

        if (address.Value - ShadowStart < NullArea >> ShadowShift)
        {
            yield return $"The address is KASAN's shadow of 0x{(address.Value - ShadowStart) << ShadowShift:x}: the " +
                "code is about to use a null pointer, or a field of one.";
        }

        if (translated != address)
        {
            string control = address.IsUpperHalf
                ? "TBI1, which Linux sets for memory tags and KASAN's tags" : "TBI0, which Linux sets";
            yield return $"The address carries the tag 0x{address.Value >> 56:x2}. With TCR_EL1.{control}, the CPU " +
                $"ignores it and translates {translated}.";
        }

        yield return PlaceOf(translated, geometry);
    }

    private static string PlaceOf(VirtualAddress address, TranslationGeometry geometry)
    {
        if (address.Value < NullArea)
            return "The address is a small offset from zero: a field of a null pointer.";
        if (!address.IsUpperHalf)
            return "The address lies in the lower half, which TTBR0 translates: user space, or the idmap.";
        return address < LinearMapLayout.EndOf(geometry)
            ? $"The address lies in the linear map, 0x{address - geometry.UpperHalfStart:x} bytes behind PAGE_OFFSET."
            : "The address lies in the kernel's half above the linear map: vmalloc, modules, the kernel image, " +
                "vmemmap or the fixmap.";
    }

    private static string OfPermission(
        ExceptionSyndrome esr, ImmutableArray<OopsLevel> walk, TranslationGeometry geometry)
    {
        var end = walk[^1];
        var attributes = end.Entry.Descriptor.Attributes(geometry, end.Level);
        bool refuses = esr.IsInstructionAbort
            ? !attributes.PrivilegedExecutable : esr.IsWrite && attributes.ReadOnly;
        if (refuses)
            return $"The printed walk agrees: the {end.Entry.Name} does not permit the access.";
        // What a table forbids holds for all below it (hierarchical permissions).
        ulong forbids = esr.IsInstructionAbort ? Descriptor.PxnTableBit : esr.IsWrite ? Descriptor.ReadOnlyTableBit : 0;
        foreach (var (entry, level) in walk)
        {
            if (entry.Descriptor.Kind(geometry, level) == DescriptorKind.Table
                && (entry.Descriptor.Bits & forbids) != 0)
            {
                return $"The printed walk agrees: {(esr.IsInstructionAbort ? "PXNTable" : "APTable[1]")} of the " +
                    $"{entry.Name} forbids it for all that lies below.";
            }
        }

        return attributes.UserAccess && !esr.IsInstructionAbort
            ? $"The {end.Entry.Name} belongs to user space: the kernel may access it only where PAN is off."
            : $"The {end.Entry.Name} permits the access in the printed walk: the fault came from an older " +
                "translation in the TLB, which no TLBI has removed (R_LXHLD), or the entry changed since.";
    }
}
