using System.Collections.Immutable;
using Orleans.Mmu.Arm.BreakBeforeMake;
using Orleans.Mmu.Checking.Toy;
using Orleans.Mmu.Linux.LinearMap;
using Orleans.Mmu.Linux.Protocols;

namespace Orleans.Mmu.Checking.Protocols;

/// <summary>Every protocol that can be checked, with its machine.</summary>
public static class CheckedProtocols
{
    private static readonly ImmutableArray<BbmLevel> Asymmetric = [BbmLevel.Level2NoAbort, BbmLevel.Level0];
    private static readonly ImmutableArray<BbmLevel> AllMaySplit = [BbmLevel.Level2NoAbort];

    private static readonly MapChangeGoal Repaint = MapChangeGoal.Repaint(
        RepaintRange.BelowText, RepaintRange.AboveRodata);

    /// <summary>All of them, in the order of --list.</summary>
    public static ImmutableArray<CheckedProtocol> All { get; } =
    [
        .. RepaintProtocols.All.Select(p => new CheckedProtocol(p, Repaint, Asymmetric)),
        new(RepaintProtocols.LiveOnLevel2, Repaint, AllMaySplit),
        new(RepaintProtocols.BootCpuLevel0, Repaint, [BbmLevel.Level0]),
        new(LiveChangeProtocols.BreakBeforeMake, MapChangeGoal.Repaint(RepaintRange.BelowText), [BbmLevel.Level0]),
        new(LiveChangeProtocols.SplitWithNt, MapChangeGoal.Repaint(RepaintRange.BelowText), [BbmLevel.Level1]),
        new(LiveChangeProtocols.SetMemoryReadOnly, MapChangeGoal.FirstPageReadOnly, AllMaySplit),
        new(LiveChangeProtocols.SetMemoryReadOnlyLevel0, MapChangeGoal.FirstPageReadOnly, Asymmetric),
        new(LiveChangeProtocols.HotRemove, MapChangeGoal.Removal, AllMaySplit),
        new(LiveChangeProtocols.HotRemoveLastLevel, MapChangeGoal.Removal, AllMaySplit),
        .. LiveChangeProtocols.Groups.Select(g =>
            new CheckedProtocol(g.Protocol, MapChangeGoal.Group(g.Fold), [g.Level])),
        new(AllocatorProtocols.InsideLock, Repaint, Asymmetric) { Outsider = AllocatorProtocols.Holder },
        new(AllocatorProtocols.OutsideLock, Repaint, Asymmetric) { Outsider = AllocatorProtocols.PoliteHolder },
        new(AllocatorProtocols.Preallocated, Repaint, Asymmetric) { Outsider = AllocatorProtocols.Holder },
    ];

    /// <summary>The protocol of that name, or null.</summary>
    public static CheckedProtocol? Find(string name) => All.FirstOrDefault(p => p.Name == name);
}
