using Orleans.Mmu.Arm;
using Orleans.Mmu.Linux;

namespace Orleans.Mmu.Tests.Truth;

/// <summary>The whole prediction, run-time changes and all, against the linear maps of real kernels: every line, every column.</summary>
public class RealChangesTests
{
    [TruthTheory]
    [ClassData(typeof(TruthBoots))]
    public void Boot_and_changes_give_the_kernels_map_line_for_line(string name)
    {
        var real = RealBoot.Open(name);

        var (boot, changed, warnings) = Predict(name);

        var leaves = LeafWalk.Leaves(boot.Machine.Geometry, changed.Root(boot.Painter.Swapper)!, boot.Machine.Geometry.UpperHalfStart);
        Assert.Equal(real.Lines, leaves.Select(real.Line));
        Assert.Empty(warnings);
    }

    private static (LinearMapBoot Boot, TableSnapshot Changed, IReadOnlyList<string> Warnings) Predict(string name)
    {
        string file = Path.Combine(TruthFolder.Path!, name, "machine.json");
        var boot = LinearMapBoot.Of(MachineFile.Parse(file, File.ReadAllText(file)));
        string changes = Path.Combine(TruthFolder.Path!, name, "changes.txt");
        using var text = File.OpenText(changes);
        var warnings = new List<string>();
        var changed = ChangedMap.Apply(
            KernelState.After(boot), boot.Final, ChangesFile.Parse(changes, text, boot.Painter.Layout), (_, w) => warnings.Add(w), CancellationToken.None);
        return (boot, changed, warnings);
    }
}
