using System.Collections.Immutable;
using Orleans.Mmu.Linux.Cpus;

namespace Orleans.Mmu.Linux.Kernels;

/// <summary>What a kernel does to a part of its own linear alias when it makes rodata read-only.</summary>
public enum AliasPermission
{
    Writable,
    ReadOnly,
    Invalid,
}

/// <summary>
/// The differences between kernel versions, as data. Each row of the table states what a version changed from the row
/// before it.
/// </summary>
public sealed record KernelRules
{
    public required KernelVersion Version { get; init; }

    /// <summary>The image alias begins at _text; in older kernels, at _stext.</summary>
    public required bool AliasFromText { get; init; }

    /// <summary>The cores that may split live, for a kernel that has such a list.</summary>
    public required AllowList AllowList { get; init; }

    /// <summary>Whether ID_AA64MMFR2_EL1.BBM = 3 suffices; in older kernels only the list counts.</summary>
    public required bool TrustsIdRegister { get; init; }

    /// <summary>The capability's name in messages; null if the kernel has no such capability.</summary>
    public required string? CapabilityDescription { get; init; }

    /// <summary>The name of the capability's cpucap.</summary>
    public required string? Capability { get; init; }

    /// <summary>Large leaves under rodata=full, which are split on demand (a166563e7ec3).</summary>
    public required bool SplitsLinearMap { get; init; }

    /// <summary>The kernel can run in a realm and share memory with the host (set_memory_decrypted).</summary>
    public required bool HasRealms { get; init; }

    /// <summary>rodata=on has the meaning that rodata=full had before (bfbbb0d3215f).</summary>
    public required bool RodataOnIsFull { get; init; }

    /// <summary>
    /// map_mem() paints the KFENCE pool and the image alias first, with contiguous leaves, and does not write a block
    /// over an existing table.
    /// </summary>
    public required bool PaintsImageFirst { get; init; }

    /// <summary>What the linear alias of data and bss becomes.</summary>
    public required AliasPermission DataAlias { get; init; }

    /// <summary>PAGE_KERNEL carries the software dirty bit (descriptor bit 55).</summary>
    public required bool KernelPagesAreDirty { get; init; }

    /// <summary>kstrtobool() takes "enabled" and "disabled" by their first letters (ae5b3500856f).</summary>
    public required bool KnowsEnabled { get; init; }

    /// <summary>The known mistakes of this kernel.</summary>
    public required ImmutableHashSet<KernelBug> Bugs { get; init; }

    public bool Has(KernelBug bug) => Bugs.Contains(bug);

    /// <summary>The same kernel with or without a known mistake.</summary>
    public KernelRules With(KernelBug bug, bool present) =>
        this with { Bugs = present ? Bugs.Add(bug) : Bugs.Remove(bug) };

    private static readonly KernelRules Linux612 = new()
    {
        Version = KernelVersion.Parse("6.12"),
        AliasFromText = true,
        AllowList = AllowList.Empty,
        TrustsIdRegister = false,
        CapabilityDescription = null,
        Capability = null,
        SplitsLinearMap = false,
        HasRealms = false,
        RodataOnIsFull = false,
        PaintsImageFirst = false,
        DataAlias = AliasPermission.Writable,
        KernelPagesAreDirty = true,
        KnowsEnabled = false,
        Bugs = [],
    };

    private static readonly KernelRules Linux613 = Linux612 with
    {
        Version = KernelVersion.Parse("6.13"),
        HasRealms = true,
        AliasFromText = false,
        KernelPagesAreDirty = false,
    };

    private static readonly KernelRules Linux616 = Linux613 with
    {
        Version = KernelVersion.Parse("6.16"),
        KnowsEnabled = true,
    };

    private static readonly KernelRules Linux617 = Linux616 with
    {
        Version = KernelVersion.Parse("6.17"),
        AliasFromText = true,
        AllowList = AllowList.Linux617,
        CapabilityDescription = "BBM Level 2 without conflict abort",
        Capability = "HAS_BBML2_NOABORT",
    };

    private static readonly KernelRules Linux618 = Linux617 with
    {
        Version = KernelVersion.Parse("6.18"),
        AllowList = AllowList.Linux618,
        SplitsLinearMap = true,
        RodataOnIsFull = true,
    };

    private static readonly KernelRules Linux70 = Linux618 with
    {
        Version = KernelVersion.Parse("7.0"),
        KernelPagesAreDirty = true,
    };

    private static readonly KernelRules Linux72 = Linux70 with
    {
        Version = KernelVersion.Parse("7.2"),
        PaintsImageFirst = true,
        DataAlias = AliasPermission.ReadOnly,
    };

    private static readonly KernelRules Linux73 = Linux72 with
    {
        Version = KernelVersion.Parse("7.3"),
        AllowList = AllowList.Linux73,
        TrustsIdRegister = true,
        CapabilityDescription = "BBM Level 3",
        Capability = "HAS_BBML3",
        DataAlias = AliasPermission.Invalid,
    };

    private static readonly KernelRules[] Table =
        [Linux612, Linux613, Linux616, Linux617, Linux618, Linux70, Linux72, Linux73];

    /// <summary>The versions that changed something, oldest first.</summary>
    public static IReadOnlyList<KernelVersion> Changes { get; } = [.. Table.Select(r => r.Version)];

    /// <summary>The rules of a version: the last row that is not newer.</summary>
    public static KernelRules Of(KernelVersion version) =>
        Table.Last(r => r.Version <= version) with
        {
            Version = version,
            Bugs = [.. KernelBug.All.Where(b => b.IsIn(version))],
        };
}
