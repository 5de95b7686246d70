using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Descriptors;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Arm.Tables;
using Orleans.Mmu.Linux.LinearMap;

namespace Orleans.Mmu.Audit.Comparison;

/// <summary>What a comparison looks at in a leaf.</summary>
/// <param name="IsNotGlobal">nG of a valid leaf; in an invalid one Linux uses the bit for something else.</param>
/// <param name="Type">The index into MAIR_EL1.</param>
/// <param name="Offset">PA minus VA, modulo 2^64; null if one of the maps has no output addresses.</param>
internal readonly record struct LeafKind(Level Level, bool Contiguous, bool IsValid, bool IsReadOnly,
    bool IsExecuteNever, bool IsUserExecuteNever, bool IsNotGlobal, int Type, ulong? Offset)
{
    public static LeafKind Of(TranslationGeometry geometry, in LeafSequence run, bool hasOutputAddresses)
    {
        var attributes = run.First.Attributes(geometry, run.Level);
        return new(run.Level, run.First.Contiguous, run.First.IsValid, attributes.ReadOnly,
            attributes.PrivilegedExecuteNever, attributes.UnprivilegedExecuteNever,
            run.First.IsValid && attributes.NotGlobal, attributes.AttrIndex,
            hasOutputAddresses
                ? unchecked(run.First.OutputAddress(geometry, run.Level).Value - run.Start.Value) : null);
    }

    /// <summary>"2M+CONT RW NX Normal tagged at 0x40000000", in ptdump's words.</summary>
    public static string Text(LeafKind? kind, TranslationGeometry geometry, VirtualAddress at, MemoryTypes types) =>
        kind is not { } leaf ? "nothing"
        : LeafCensus.SizeName(geometry.Size(leaf.Level)) + (leaf.Contiguous ? "+CONT" : "")
            + (leaf.IsValid ? "" : " invalid")
            + $" {(leaf.IsReadOnly ? "ro" : "RW")} {(leaf.IsExecuteNever ? "NX" : "x")}"
            + (leaf.IsNotGlobal ? " NG" : "") + (leaf.IsUserExecuteNever ? "" : " without UXN")
            + $" {types.Name(leaf.Type)}"
            + (leaf.Offset is { } offset ? $" at {new PhysicalAddress(unchecked(at.Value + offset))}" : "");
}
