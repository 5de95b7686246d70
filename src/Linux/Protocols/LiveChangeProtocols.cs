using System.Collections.Immutable;
using Orleans.Mmu.Arm.BreakBeforeMake;
using Orleans.Mmu.Linux.LinearMap;

namespace Orleans.Mmu.Linux.Protocols;

/// <summary>Changes of the map of a running machine: no CPU is stopped.</summary>
public static class LiveChangeProtocols
{
    private const RepaintRange Range = RepaintRange.BelowText;

    // split_pmd(); outside lazy MMU mode, set_pmd() emits its barriers at once.
    private static readonly ImmutableArray<Step> Split =
    [
        WriteEntries.To(Range, EntryWord.AllPtes, EntryValue.Page), Dsb.Ishst,
        WriteEntries.To(Range, EntryWord.Pmd, EntryValue.Table), Dsb.Ishst, Isb.Instance,
    ];

    /// <summary>
    /// Invalid, flush, table: every CPU allows it, but a running kernel cannot do without the linear map in between.
    /// </summary>
    public static Protocol BreakBeforeMake { get; } = Live("break-before-make",
        "a block is made invalid and flushed before the table takes its place, while CPUs run",
        "Arm's rule for every change of size (R_DDMVT)",
    [
        WriteEntries.To(Range, EntryWord.AllPtes, EntryValue.Page),
        WriteEntries.To(Range, EntryWord.Pmd, EntryValue.None), .. Flush(TlbiRange.AllLevels(Range, EntryWord.Pmd)),
        WriteEntries.To(Range, EntryWord.Pmd, EntryValue.Table), Dsb.Ishst, Isb.Instance,
    ]);

    /// <summary>The procedure of BBM level 1.</summary>
    public static Protocol SplitWithNt { get; } = Live("split-nt",
        "a block gets nT and is flushed before the table takes its place, on CPUs of level 1",
        "Arm's procedure for FEAT_BBM level 1 (I_PJZBK)",
    [
        WriteEntries.To(Range, EntryWord.AllPtes, EntryValue.Page), Dsb.Ishst,
        WriteEntries.To(Range, EntryWord.Pmd, EntryValue.BlockNt), .. Flush(TlbiRange.AllLevels(Range, EntryWord.Pmd)),
        WriteEntries.To(Range, EntryWord.Pmd, EntryValue.Table),
        .. Flush(TlbiRange.AllLevels(Range, EntryWord.AllPtes)),
    ]);

    /// <summary>set_memory_ro() on a page inside a block.</summary>
    public static Protocol SetMemoryReadOnly { get; } = Live("set-memory-ro",
        "a block is split live, one page becomes read-only, its range is flushed",
        "merged in 6.18; every CPU splits live", ReadOnlyPage);

    /// <summary>The same on a machine with a CPU that may not split live.</summary>
    public static Protocol SetMemoryReadOnlyLevel0 { get; } = SetMemoryReadOnly with
    {
        Name = "set-memory-ro-level0",
        Summary = "set-memory-ro where CPUs other than the boot CPU are of level 0",
        Origin = "what the capability keeps from happening",
    };

    /// <summary>unmap_hotplug_range() and free_empty_tables().</summary>
    public static Protocol HotRemove { get; } = Live("hot-remove",
        "pages are unmapped and flushed, their table unlinked, flushed at every level, and freed",
        "Linux, since memory can be removed", Remove(nonLeaf: true));

    /// <summary>The same with last-level TLBIs, a mistake: a walk cache may keep the unlinked table.</summary>
    public static Protocol HotRemoveLastLevel { get; } = Live("hot-remove-last-level",
        "hot-remove that flushes leaves alone before it frees the table",
        "the mistake that __flush_tlb_kernel_pgtable() is there for", Remove(nonLeaf: false));

    /// <summary>Changes of a live contiguous group, on CPUs of one level.</summary>
    public static ImmutableArray<(Protocol Protocol, bool Fold, BbmLevel Level)> Groups { get; } =
    [
        .. from fold in new[] { true, false }
           from level in new[] { BbmLevel.Level2NoAbort, BbmLevel.Level0, BbmLevel.Level1, BbmLevel.Level2 }
           select (Group(fold, level), fold, level),
    ];

    private static ImmutableArray<Step> ReadOnlyPage =>
    [
        .. Split,
        WriteEntries.To(Range, EntryWord.FirstPte, EntryValue.ReadOnlyPage), Dsb.Ishst, Isb.Instance,
        .. Flush(TlbiRange.LastLevel(Range, EntryWord.FirstPte)),
    ];

    private static ImmutableArray<Step> Remove(bool nonLeaf) =>
    [
        WriteEntries.To(Range, EntryWord.AllPtes, EntryValue.None),
            .. Flush(TlbiRange.LastLevel(Range, EntryWord.AllPtes)),
        WriteEntries.To(Range, EntryWord.Pmd, EntryValue.None),
        .. Flush(nonLeaf ? TlbiRange.AllLevels(Range, EntryWord.Pmd) : TlbiRange.LastLevel(Range, EntryWord.Pmd)),
        FreeTable.Of(Range),
    ];

    private static Protocol Group(bool fold, BbmLevel level)
    {
        string suffix = level == BbmLevel.Level2NoAbort ? "" : $"-level{(int)level}";
        string on =
            level == BbmLevel.Level2NoAbort ? "CPUs of level 2 that never abort" : $"CPUs of level {(int)level}";
        return Live($"contiguous-{(fold ? "fold" : "unfold")}{suffix}",
            $"the members of a group {(fold ? "get" : "lose")} the Contiguous bit one after another, on {on}",
            fold ? "what painting never does live" : "split_contpte() before a member changes",
        [
            WriteEntries.To(Range, EntryWord.AllPtes, fold ? EntryValue.ContiguousPage : EntryValue.Page),
            .. Flush(TlbiRange.LastLevel(Range, EntryWord.AllPtes)),
        ]);
    }

    // flush_tlb_kernel_range(), __flush_tlb_kernel_pgtable().
    private static ImmutableArray<Step> Flush(Step tlbi) => [Dsb.Ishst, tlbi, Dsb.Ish, Isb.Instance];

    private static Protocol Live(string name, string summary, string origin, ImmutableArray<Step> steps) =>
        new(name, summary, origin, [new("change", Role.BootCpu, steps)]);
}
