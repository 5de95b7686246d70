using Orleans.Mmu.Arm.Descriptors;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Explain.Answers;
using Orleans.Mmu.Linux.LinearMap;

namespace Orleans.Mmu.Explain.Descriptors;

/// <summary>A stage-1 descriptor of the kernel's half in words.</summary>
public static class DescriptorWords
{
    /// <param name="note">What was assumed of granule and level; null where both were given.</param>
    public static Explanation Explain(
        Descriptor descriptor, TranslationGeometry geometry, Level level, string? note) =>
        new(ExplainedKind.Descriptor, descriptor.ToString(), Summary(descriptor, geometry, level))
        {
            Sections = [Section(descriptor, geometry, level, note)],
            Commands = ["mmu walk tables.bin --registers registers.txt", "mmu explain bbm"],
        };

    /// <summary>The fields of a descriptor.</summary>
    public static ExplanationSection Section(
        Descriptor descriptor, TranslationGeometry geometry, Level level, string? note) => new(
            $"level {level}, {geometry}", [.. DescriptorFields.Of(descriptor, geometry, level)],
            note is null ? [] : [note]);

    /// <summary>What the descriptor is, in a sentence.</summary>
    public static string Summary(Descriptor descriptor, TranslationGeometry geometry, Level level) =>
        descriptor.Kind(geometry, level) switch
        {
            DescriptorKind.Invalid when descriptor.IsNone => "Nothing is mapped here: the word is zero.",
            DescriptorKind.Invalid when IsLostTable(descriptor, level) => "Not valid, so that accesses fault; with " +
                $"bit 0 it would lead to the table at {descriptor.NextTable(geometry)}.",
            DescriptorKind.Invalid => "Not valid, so that accesses fault; the other bits are kept. Linux keeps them " +
                "where it only takes a page away (set_direct_map_invalid_noflush(), KFENCE, debug_pagealloc).",
            DescriptorKind.Reserved => "Reserved: type 0b01 is no block at this level, and a walk takes it for " +
                "invalid.",
            DescriptorKind.Table =>
                $"The next table is at {descriptor.NextTable(geometry)}; it covers " +
                $"{LeafCensus.SizeName(geometry.Size(level))}.",
            DescriptorKind.Block => $"A block of {Leaf(descriptor, geometry, level)}",
            DescriptorKind.Page => $"A page of {Leaf(descriptor, geometry, level)}",
            var kind => throw new ArgumentOutOfRangeException(nameof(descriptor), kind, "no such kind"),
        };

    /// <summary>
    /// Whether an entry that is not valid would be a table: of the two bits of the type it lacks the valid bit alone.
    /// </summary>
    internal static bool IsLostTable(Descriptor descriptor, Level level) =>
        !level.IsLast && (descriptor.Bits & 3) == 2;

    private static string Leaf(Descriptor descriptor, TranslationGeometry geometry, Level level)
    {
        var attributes = descriptor.Attributes(geometry, level);
        string access = attributes.ReadOnly
            ? attributes.DirtyBitModifier ? "read-only until hardware or a fault sets it writable" : "read-only"
            : "writable";
        string execute = PrivilegedAccess.Of(attributes, default, setsDirty: false).MayExecute
            ? "executable by the kernel" : "not executable by the kernel";
        string group = !descriptor.Contiguous ? ""
            : !geometry.HasGroups(level) ? ", with the Contiguous bit, which is reserved (RES0) at this level"
            : $", a member of a contiguous group of {LeafCensus.SizeName(geometry.ContiguousSize(level))}";
        string flag = descriptor.AccessFlag ? "" : ", access flag clear: an access faults unless hardware sets it";
        return $"{LeafCensus.SizeName(geometry.Size(level))} at {descriptor.OutputAddress(geometry, level)}, " +
            $"{access}, {execute}{group}{flag}.";
    }
}
