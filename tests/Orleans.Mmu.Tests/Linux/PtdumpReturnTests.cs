using CsCheck;
using Orleans.Mmu.Linux.Boot;
using Orleans.Mmu.Linux.Kernels;
using Orleans.Mmu.Linux.LinearMap;
using Orleans.Mmu.Linux.Machines;
using Orleans.Mmu.Linux.Maps;
using Orleans.Mmu.Linux.Ptdump;
using Orleans.Mmu.Tests.Truth;

namespace Orleans.Mmu.Tests.Linux;

/// <summary>The way from the text of kernel_page_tables back to tables.</summary>
public class PtdumpReturnTests
{
    private static readonly KernelVersion Newest = KernelVersion.Newest;

    [Theory]
    [ClassData(typeof(TruthBoots))]
    public void A_real_kernels_map_comes_back_from_its_ptdump(string name)
    {
        var boot = RealBoot.Open(name);

        ComesBack(RealBoot.Machine(name), boot.Map(MapRange.Linear));
    }

    [Theory]
    [ClassData(typeof(TruthBoots))]
    public void A_predicted_map_comes_back_from_its_ptdump(string name)
    {
        var boot = LinearMapBoot.Of(RealBoot.Machine(name));

        ComesBack(boot.Machine, new(boot.Final, boot.Painter.Swapper, MapRange.Linear));
    }

    [Fact]
    public void Any_machines_map_comes_back_from_its_ptdump() =>
        RandomMachine.Blocks.ForAll(machine =>
        {
            var boot = LinearMapBoot.Of(machine);
            ComesBack(machine, new(boot.Painted, boot.Painter.Swapper, MapRange.Linear));
            ComesBack(machine, new(boot.Final, boot.Painter.Swapper, MapRange.Linear));
        }, iter: 60);

    [Fact]
    public void Spaces_do_not_matter_and_other_sections_are_skipped()
    {
        var boot = LinearMapBoot.Of(new TestMachine().Describe());
        var map = new KernelMap(boot.Final, boot.Painter.Swapper, MapRange.All);
        var lines = PtdumpText.Lines(map, Newest)
            .Select(l => $"  {string.Join(' ', l.Split(' ', StringSplitOptions.RemoveEmptyEntries))}\r\n");

        var rows = PtdumpReader.Read("p", "# cat kernel_page_tables\n" + string.Concat(lines), boot.Machine.Geometry);

        var again = new KernelMap(
            PtdumpTables.Build("p", rows, boot.Machine, new(boot.Machine)), boot.Painter.Swapper, MapRange.Linear);
        Assert.Equal(LeavesText.Lines(map with { Range = MapRange.Linear }), LeavesText.Lines(again));
    }

    private static void ComesBack(MachineDescription machine, KernelMap map)
    {
        var text = PtdumpText.Lines(map, machine.Rules.Version).ToList();
        var rows = PtdumpReader.Read("p", string.Join('\n', text), machine.Geometry);
        var painter = new LinearMapPainter(machine);
        var again = new KernelMap(PtdumpTables.Build("p", rows, machine, painter), painter.Swapper, MapRange.Linear);

        Assert.Equal(text, PtdumpText.Lines(again, machine.Rules.Version));
        Assert.Equal(LeavesText.Lines(map), LeavesText.Lines(again));
        Assert.Equal(map.Census().Tables, again.Census().Tables);
    }
}
