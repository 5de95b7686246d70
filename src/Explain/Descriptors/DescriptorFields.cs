using System.Globalization;
using Orleans.Mmu.Arm.Descriptors;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Explain.Answers;
using Orleans.Mmu.Linux.LinearMap;

namespace Orleans.Mmu.Explain.Descriptors;

/// <summary>The fields of a stage-1 descriptor, from bit 0 upwards, with Linux's names where it has some.</summary>
internal static class DescriptorFields
{
    public static IEnumerable<ExplainedField> Of(Descriptor descriptor, TranslationGeometry geometry, Level level) =>
        descriptor.Kind(geometry, level) switch
        {
            DescriptorKind.Table => Table(descriptor, geometry),
            DescriptorKind.Block or DescriptorKind.Page => Leaf(descriptor, geometry, level),
            DescriptorKind.Invalid when !descriptor.IsNone => Kept(descriptor, geometry, level),
            _ => [new("type", Bits(descriptor.Bits & 3, 2), "not valid")],
        };

    private static IEnumerable<ExplainedField> Table(Descriptor descriptor, TranslationGeometry geometry)
    {
        yield return new("type", "0b11", "a table");
        foreach (var field in TableFields(descriptor, geometry))
            yield return field;
    }

    private static IEnumerable<ExplainedField> TableFields(Descriptor descriptor, TranslationGeometry geometry)
    {
        ulong bits = descriptor.Bits;
        var attributes = TableAttributes.Of(descriptor);
        yield return new("next table", descriptor.NextTable(geometry).ToString(), "its physical address");
        if (descriptor.AccessFlag)
            yield return new("AF", "1", "ignored without FEAT_HAFT");
        if (attributes.PrivilegedExecuteNever)
            yield return new("PXNTable", "1", "nothing below is executable by the kernel");
        if (attributes.UnprivilegedExecuteNever)
            yield return new("UXNTable", "1", "nothing below is executable by user space");
        if (attributes.ReadOnly || attributes.KernelOnly)
        {
            yield return new("APTable", Bits(bits >> 61 & 3, 2), attributes switch
            {
                { ReadOnly: true, KernelOnly: true } => "nothing below is writable or accessible to user space",
                { ReadOnly: true } => "nothing below is writable",
                _ => "nothing below is accessible to user space",
            });
        }

        if (Has(bits, 63))
            yield return new("NSTable", "1", "non-secure memory; without meaning outside of Secure state");
    }

    private static IEnumerable<ExplainedField> Leaf(Descriptor descriptor, TranslationGeometry geometry, Level level)
    {
        yield return new("type", Bits(descriptor.Bits & 3, 2), level.IsLast ? "a page" : "a block");
        foreach (var field in Attributes(descriptor, geometry, level))
            yield return field;
    }

    // The fields of a leaf or a table that has lost its valid bit.
    private static IEnumerable<ExplainedField> Kept(Descriptor descriptor, TranslationGeometry geometry, Level level)
    {
        bool isTable = DescriptorWords.IsLostTable(descriptor, level);
        yield return new("type", Bits(descriptor.Bits & 3, 2),
            $"not valid; what follows holds once bit 0 is set{(isTable ? ", which makes it a table" : "")}");
        if (isTable)
        {
            foreach (var field in TableFields(descriptor, geometry))
                yield return field;
            yield break;
        }

        if (descriptor.NotGlobal)
            yield return new("bit 11", "1", "PTE_PRESENT_INVALID: Linux still counts the entry as present");
        foreach (var field in Attributes(descriptor, geometry, level).Where(f => f.Name != "nG"))
            yield return field;
    }

    private static IEnumerable<ExplainedField> Attributes(
        Descriptor descriptor, TranslationGeometry geometry, Level level)
    {
        ulong bits = descriptor.Bits;
        var attributes = descriptor.Attributes(geometry, level);
        yield return new("output address", descriptor.OutputAddress(geometry, level).ToString(), "physical");
        yield return new(
            "AttrIndx", Number((ulong)attributes.AttrIndex), KernelMemoryTypes.Describe(attributes.AttrIndex)
                ?? "an index into MAIR_EL1 that Linux does not use");
        yield return new(
            "AP[1]", One(bits, 6), attributes.UserAccess ? "user space may access it" : "the kernel alone");
        yield return new("AP[2]", One(bits, 7), attributes.ReadOnly ? "read-only" : "writable");
        if (geometry.Format != OutputAddressFormat.Lpa2)
            yield return new("SH", Bits(bits >> 8 & 3, 2), Shareable((int)(bits >> 8 & 3)));
        yield return new(
            "AF", One(bits, 10), attributes.AccessFlag ? "accessed" : "an access faults, and nothing is cached");
        yield return new("nG", One(bits, 11), attributes.NotGlobal ? "of one ASID" : "global");
        if (!level.IsLast && Has(bits, 16))
            yield return new("nT", "1", "may change size while it is live at BBM level 1 (I_PJZBK)");
        if (Has(bits, 50))
            yield return new("GP", "1", "a guarded page: indirect branches must land on BTI");
        yield return new("DBM", One(bits, 51), attributes.DirtyBitModifier
            ? "Linux's PTE_WRITE: may be written, and AP[2] says whether it is clean" : "Linux's PTE_WRITE is clear");
        yield return new("Contiguous", One(bits, 52), !descriptor.Contiguous ? "an entry of its own"
            : geometry.HasGroups(level)
                ? $"one of {Number((ulong)geometry.Granule.ContiguousEntries(level))} entries that translate alike"
                : "reserved (RES0): this level has no contiguous groups");
        bool executes = PrivilegedAccess.Of(attributes, default, setsDirty: false).MayExecute;
        yield return new("PXN", One(bits, 53), executes ? "the kernel may execute it"
            : attributes.PrivilegedExecuteNever ? "the kernel may not execute it"
            : "the kernel may not execute it all the same, since user space may write it");
        yield return new("UXN", One(bits, 54),
            $"user space may {(attributes.UnprivilegedExecuteNever ? "not " : "")}execute it");
        foreach (var (bit, name) in SoftwareBits)
        {
            if (Has(bits, bit))
                yield return new($"bit {Number((ulong)bit)}", "1", name);
        }

        if ((bits >> 59 & 0xf) != 0)
        {
            yield return new("bits 62:59", Bits(bits >> 59 & 0xf, 4), "PBHA, which the implementation defines; with "
                + "FEAT_S1POE bits 62:60 are POIndex, and with FEAT_AIE bit 59 is AttrIndx[3]");
        }

        if (Has(bits, 63))
            yield return new("bit 63", "1", "ignored");
    }

    private static readonly (int Bit, string Name)[] SoftwareBits =
    [
        (55, "a software bit: Linux's PTE_DIRTY"), (56, "a software bit: Linux's PTE_SPECIAL"),
        (57, "a software bit: PTE_DEVMAP in older kernels"),
        (58, "a software bit: Linux's PTE_UFFD_WP or PTE_PROT_NONE"),
    ];

    private static string Shareable(int field) => field switch
    {
        0 => "non-shareable",
        2 => "outer shareable",
        3 => "inner shareable",
        _ => "reserved",
    };

    private static bool Has(ulong bits, int bit) => (bits >> bit & 1) != 0;

    private static string One(ulong bits, int bit) => Has(bits, bit) ? "1" : "0";

    private static string Bits(ulong value, int width) =>
        "0b" + Convert.ToString((long)value, 2).PadLeft(width, '0');

    private static string Number(ulong value) => value.ToString(CultureInfo.InvariantCulture);
}
