using System.Collections.Immutable;
using System.Globalization;
using Orleans.Mmu.Arm.Descriptors;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Explain.Syndromes;

namespace Orleans.Mmu.Explain.Oopses;

/// <summary>
/// A permission fault held against a printed walk that ends at a leaf: the tables and the leaf decide.
/// </summary>
internal static class OopsPermission
{
    public static string Of(ExceptionSyndrome esr, ImmutableArray<OopsLevel> walk, TranslationGeometry geometry)
    {
        var end = walk[^1];
        string name = end.Entry.Name;
        if (AbortFields.CauseBesideDescriptor(esr) is not null)
        {
            return string.Create(CultureInfo.InvariantCulture,
                $"The {name} alone does not decide: its POIndex is {end.Entry.Descriptor.Bits >> 60 & 7}, and the ESR "
                + $"says what else did.");
        }

        var attributes = end.Entry.Descriptor.Attributes(geometry, end.Level);
        var alone = PrivilegedAccess.Of(attributes, default, setsDirty: false);
        if (esr.IsInstructionAbort && attributes is { PrivilegedExecuteNever: false } && !alone.MayExecute)
            return $"The printed walk agrees: user space may write what the {name} maps, and such memory is never "
                + "executable by the kernel, whatever PXN says.";
        if (esr.IsInstructionAbort ? !alone.MayExecute : esr.IsWrite && !alone.MayWrite)
            return $"The printed walk agrees: the {name} does not permit the access.";
        foreach (var table in walk[..^1])
        {
            var above = TableAttributes.Of(table.Entry.Descriptor);
            if (esr.IsInstructionAbort ? above.PrivilegedExecuteNever : esr.IsWrite && above.ReadOnly)
                return $"The printed walk agrees: {(esr.IsInstructionAbort ? "PXNTable" : "APTable")} of the "
                    + $"{table.Entry.Name} forbids the access to everything below it (unless TCR_EL1.HPD1 is 1, which "
                    + "Linux does not set).";
        }

        if (attributes.UserAccess && !esr.IsInstructionAbort)
            return $"The {name} belongs to user space: the kernel may access it only where PAN is off.";
        string member = end.Entry.Descriptor.Contiguous && geometry.HasGroups(end.Level)
            ? ", from another member of its contiguous group, whose permissions the CPU may use (R_JQQTC)," : ",";
        return $"The {name} permits the access in the printed walk: the fault came from an older translation in the "
            + $"TLB, which no TLBI has removed (R_LXHLD){member} or the entry changed since.";
    }
}
