using System.Collections.Immutable;
using Orleans.Mmu.Linux.Cpus;

namespace Orleans.Mmu.Linux.Kernels;

/// <summary>What a kernel makes of a part of its own linear alias when it makes rodata read-only.</summary>
public enum AliasPermission
{
    Writable,
    ReadOnly,
    Invalid,
}

/// <summary>
/// What differs between kernel versions, as data: one row of the table below each.
/// </summary>
public sealed record KernelRules
{
    public required KernelVersion Version { get; init; }

    /// <summary>The image alias begins at _text; before, at _stext.</summary>
    public required bool AliasFromText { get; init; }

    /// <summary>The cores that may split live, for a kernel that asks at all.</summary>
    public required AllowList AllowList { get; init; }

    /// <summary>Whether ID_AA64MMFR2_EL1.BBM = 3 counts too; before, only the list did.</summary>
    public required bool TrustsIdRegister { get; init; }

    /// <summary>The capability's name in messages; null where the kernel has none.</summary>
    public required string? CapabilityDescription { get; init; }

    /// <summary>The capability's cpucap.</summary>
    public required string? Capability { get; init; }

    /// <summary>Large leaves under rodata=full, split on demand (a166563e7ec3).</summary>
    public required bool SplitsLinearMap { get; init; }

    /// <summary>rodata=on means what rodata=full meant (bfbbb0d3215f).</summary>
    public required bool RodataOnIsFull { get; init; }

    /// <summary>
    /// map_mem() paints KFENCE pool and image alias first, with contiguous leaves, and a block is not written over an
    /// existing table.
    /// </summary>
    public required bool PaintsImageFirst { get; init; }

    /// <summary>What becomes of the linear alias of data and bss.</summary>
    public required AliasPermission DataAlias { get; init; }

    /// <summary>PAGE_KERNEL carries the software dirty bit (descriptor bit 55).</summary>
    public required bool KernelPagesAreDirty { get; init; }

    /// <summary>The known mistakes that this kernel makes.</summary>
    public required ImmutableHashSet<KernelBug> Bugs { get; init; }

    public bool Has(KernelBug bug) => Bugs.Contains(bug);

    /// <summary>The same kernel with a known mistake, or without it.</summary>
    public KernelRules With(KernelBug bug, bool present) => this with { Bugs = present ? Bugs.Add(bug) : Bugs.Remove(bug) };

    private const string NoAbort = "BBM Level 2 without conflict abort";

    // version, alias from _text, allow-list, ID register, description, cpucap, splits, on=full, image first, data alias, dirty
    private static readonly KernelRules[] Table =
    [
        Row("6.12", true, AllowList.Empty, false, null, null, false, false, false, AliasPermission.Writable, true),
        Row("6.13", false, AllowList.Empty, false, null, null, false, false, false, AliasPermission.Writable, false),
        Row("6.17", true, AllowList.Linux617, false, NoAbort, "HAS_BBML2_NOABORT", false, false, false, AliasPermission.Writable, false),
        Row("6.18", true, AllowList.Linux618, false, NoAbort, "HAS_BBML2_NOABORT", true, true, false, AliasPermission.Writable, false),
        Row("7.0", true, AllowList.Linux618, false, NoAbort, "HAS_BBML2_NOABORT", true, true, false, AliasPermission.Writable, true),
        Row("7.2", true, AllowList.Linux618, false, NoAbort, "HAS_BBML2_NOABORT", true, true, true, AliasPermission.ReadOnly, true),
        Row("7.3", true, AllowList.Linux73, true, "BBM Level 3", "HAS_BBML3", true, true, true, AliasPermission.Invalid, true),
    ];

    /// <summary>The versions at which something changed, oldest first.</summary>
    public static IReadOnlyList<KernelVersion> Changes { get; } = [.. Table.Select(r => r.Version)];

    /// <summary>The rules of a version: those of the last row that is not newer.</summary>
    public static KernelRules Of(KernelVersion version) =>
        Table.Last(r => r.Version <= version) with { Version = version, Bugs = [.. KernelBug.All.Where(b => b.IsIn(version))] };

    private static KernelRules Row(
        string version, bool fromText, AllowList list, bool idRegister, string? description, string? cap, bool splits,
        bool onIsFull, bool imageFirst, AliasPermission data, bool dirty) => new()
        {
            Version = KernelVersion.Parse(version),
            AliasFromText = fromText,
            AllowList = list,
            TrustsIdRegister = idRegister,
            CapabilityDescription = description,
            Capability = cap,
            SplitsLinearMap = splits,
            RodataOnIsFull = onIsFull,
            PaintsImageFirst = imageFirst,
            DataAlias = data,
            KernelPagesAreDirty = dirty,
            Bugs = [],
        };
}
