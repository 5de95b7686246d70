using System.Collections.Immutable;
using Orleans.Mmu.Arm.Descriptors;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Explain.Syndromes;
using Orleans.Mmu.Linux.LinearMap;

namespace Orleans.Mmu.Explain.Oopses;

/// <summary>What the parts of an oops say together: whether the fault and the printed walk agree.</summary>
internal static class OopsFindings
{
    public static IEnumerable<string> Of(
        Oops oops, TranslationGeometry geometry, ImmutableArray<OopsLevel> walk)
    {
        if (oops.Syndrome is { AddressIsInvalid: true })
        {
            yield return "FnV = 1: FAR does not hold the address, so the address of the report, and the walk that the "
                + "kernel printed for it, say nothing about the access.";
            yield break;
        }

        if (oops.Hypervisor is { } hypervisor)
        {
            yield return OopsHypervisor.Of(hypervisor, oops.Syndrome);
            yield break;
        }

        if (oops.Address is { } address)
            yield return OopsAddress.Of(address, geometry);
        // A fault of stage 2 says nothing about the descriptors of stage 1.
        if (oops.Syndrome is not { IsFaultOfStage1: true } esr || walk.IsEmpty)
            yield break;
        var end = walk[^1];
        var kind = end.Entry.Descriptor.Kind(geometry, end.Level);
        bool translates = kind is DescriptorKind.Block or DescriptorKind.Page;
        if (esr.Fault.Level is { } level && level != end.Level.Number)
        {
            yield return $"The fault reports level {level}, and the printed walk ends at level {end.Level}: the " +
                "tables changed between the two, or the walk that faulted began before a change (I_GYJBJ).";
            yield break;
        }

        string? more = esr.Fault.Kind switch
        {
            FaultKind.Translation when translates => $"The {end.Entry.Name} was valid when the kernel printed it: " +
                "either another CPU has made it valid since, or this CPU used an older invalid descriptor, which it " +
                "may until a DSB of the writer and an ISB of its own (without FEAT_ETS2). Linux takes such a fault " +
                "for spurious if AT S1E1R then translates the address.",
            FaultKind.Translation => $"The printed walk agrees: the {end.Entry.Name} is not valid.",
            FaultKind.Permission when translates => OopsPermission.Of(esr, walk, geometry),
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
}
