using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Arm.Tables;
using Orleans.Mmu.Linux.Calls;
using Orleans.Mmu.Verdicts.Properties;

namespace Orleans.Mmu.Speculation.Maps;

/// <summary>The access that leaves allow, in the terms of the kernel's promises.</summary>
internal static class LeafAccess
{
    public static PageAccess Of(TranslationGeometry geometry, LeafSequence run) =>
        !run.First.IsValid ? PageAccess.Invalid
        : run.First.Attributes(geometry, run.Level).ReadOnly ? PageAccess.ReadOnly
        : PageAccess.Writable;

    public static string Name(PageAccess access) => access switch
    {
        PageAccess.Writable => "writable",
        PageAccess.ReadOnly => "read-only",
        PageAccess.Invalid => "unmapped",
        PageAccess.Unknown => "unknown",
        _ => throw new ArgumentOutOfRangeException(nameof(access), access, null),
    };

    /// <summary>The property that is violated if the access found differs from the promised one.</summary>
    public static Property Broken(PageAccess promised, PageAccess found) => (promised, found) switch
    {
        (_, PageAccess.Writable) => Property.WritableAlias,
        (_, PageAccess.Invalid) => Property.UnexpectedFault,
        _ => Property.UnkeptPermission,
    };
}
