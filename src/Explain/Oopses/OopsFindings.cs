using System.Collections.Immutable;
using System.Globalization;
using System.Numerics;
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

        if (oops.IsStackOverflow)
            yield return "The kernel's stack is full: the entry code found the stack pointer outside of the stack, "
                + "whose neighbouring page is not mapped (VMAP_STACK).";
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
            FaultKind.Alignment when translates => Alignment(end, geometry),
            FaultKind.AddressSize when translates => AddressSize(end, geometry),
            FaultKind.TlbConflict when translates => "The printed walk is one of the two translations: " +
                $"{LeafCensus.SizeName(geometry.Size(end.Level))} at level {end.Level}. The other one is " +
                "in the TLB alone: a block or a contiguous group that this one was cut from, or the pages that it " +
                "replaced.",
            _ => null,
        };
        if (more is not null)
            yield return more;
    }

    // memset() uses DC ZVA, and compilers merge stores; neither is for what ioremap() returns.
    private static string Alignment(OopsLevel end, TranslationGeometry geometry)
    {
        int index = end.Entry.Descriptor.Attributes(geometry, end.Level).AttrIndex;
        string type = KernelMemoryTypes.Mair.Name(index);
        return KernelMemoryTypes.Mair.IsDevice(index)
            ? $"The printed walk agrees: the {end.Entry.Name} maps {type} memory, where every access must be aligned, "
                + "and DC ZVA (memset) always faults."
            : $"The {end.Entry.Name} maps {type} memory, where plain accesses need no alignment unless SCTLR_EL1.A is "
                + "1, which Linux leaves 0: an exclusive, atomic or ordered access does.";
    }

    private static string AddressSize(OopsLevel end, TranslationGeometry geometry)
    {
        var output = end.Entry.Descriptor.OutputAddress(geometry, end.Level);
        int bits = 64 - BitOperations.LeadingZeroCount(output.Value);
        return string.Create(CultureInfo.InvariantCulture,
            $"The {end.Entry.Name} holds the output address {output}, of {bits} bits: it agrees with the fault where "
            + $"the CPU or TCR_EL1.IPS has fewer.");
    }
}
