using Orleans.Mmu.Linux.Kernels;

namespace Orleans.Mmu.Checking.Museum;

/// <summary>A bug of released kernels, in a scene that shows it.</summary>
/// <param name="Bug">The bug that is switched on or off.</param>
/// <param name="Kernel">The last version that has the bug; the scene runs on it.</param>
/// <param name="Scene">Performs the calls, and reports them and their violations.</param>
public sealed record Exhibit(KernelBug Bug, KernelVersion Kernel, Action<MuseumScene> Scene)
{
    public static IReadOnlyList<Exhibit> All { get; } =
    [
        new(KernelBug.WritableTextAlias, KernelVersion.Parse("7.1"), MuseumScenes.RepaintsUnderText),
        new(KernelBug.AliasErrorIgnored, KernelVersion.Parse("6.18"), MuseumScenes.ProtectsWithoutMemory),
        new(KernelBug.WholeAreaAliased, KernelVersion.Parse("6.18"), MuseumScenes.ChangesPartOfAnArea),
        new(KernelBug.EarlySplitSkipped, KernelVersion.Parse("7.0"), MuseumScenes.SharesABufferEarly),
        new(KernelBug.InvalidBlockUnseen, KernelVersion.Parse("7.0"), MuseumScenes.InvalidatesABlock),
        new(KernelBug.HotAddPanics, KernelVersion.Parse("6.18"), MuseumScenes.AddsWithoutMemory),
        new(KernelBug.HotRemoveCutsLeaf, KernelVersion.Parse("7.0"), MuseumScenes.RemovesPartOfALeaf),
        new(KernelBug.HotRemoveFlushesMembers, KernelVersion.Parse("7.0"), RemovalScene.RemovesMemberByMember),
    ];

    /// <summary>The exhibit of a bug by name, or null.</summary>
    public static Exhibit? Find(string name) =>
        All.FirstOrDefault(e => e.Bug.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>Runs the scene on the kernel that has the bug.</summary>
    /// <param name="isFixed">Whether only this bug is fixed.</param>
    public MuseumScene Play(bool isFixed) => Play(KernelRules.Of(Kernel).With(Bug, present: !isFixed));

    /// <summary>Runs the scene on a kernel with the given rules, 6.18 or newer.</summary>
    public MuseumScene Play(KernelRules rules)
    {
        var scene = new MuseumScene(rules);
        Scene(scene);
        return scene;
    }
}
