using Orleans.Mmu.Linux.Kernels;

namespace Orleans.Mmu.Checking.Museum;

/// <summary>A mistake of released kernels, in a scene that shows it.</summary>
/// <param name="Bug">The rule that is switched.</param>
/// <param name="Kernel">The last version that made the mistake: the scene plays there.</param>
/// <param name="Scene">What happens; it tells and reports as it goes.</param>
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
    ];

    /// <summary>The exhibit of a bug's name, or null.</summary>
    public static Exhibit? Find(string name) => All.FirstOrDefault(e => e.Bug.Name == name);

    /// <summary>Plays the scene on the kernel that made the mistake.</summary>
    /// <param name="mended">With that one mistake taken out of the kernel, and nothing else.</param>
    public MuseumScene Play(bool mended) => Play(KernelRules.Of(Kernel).With(Bug, present: !mended));

    /// <summary>Plays the scene by given rules, 6.18 or newer.</summary>
    public MuseumScene Play(KernelRules rules)
    {
        var scene = new MuseumScene(rules);
        Scene(scene);
        return scene;
    }
}
