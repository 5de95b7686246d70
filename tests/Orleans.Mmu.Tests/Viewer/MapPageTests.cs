using Orleans.Mmu.Client.Machines;
using Orleans.Mmu.Client.Rendering;
using Orleans.Mmu.Linux.Boot;
using Orleans.Mmu.Linux.Layout;
using Orleans.Mmu.Linux.MachineFiles;
using Orleans.Mmu.Linux.Machines;
using Orleans.Mmu.Linux.Maps;
using Orleans.Mmu.Viewer.Maps;

namespace Orleans.Mmu.Tests.Viewer;

/// <summary>The page of a linear map and the strip in it.</summary>
public sealed class MapPageTests
{
    [Theory]
    [InlineData("asymmetric", 300)]
    [InlineData("asymmetric", 3)]
    [InlineData("symmetric", 4)]
    [InlineData("sm8650-x4-boots", 300)]
    [InlineData("no-bbml2", 1)]
    public void Segments_cover_every_leaf_once(string machine, int most)
    {
        var map = MachineBoot.MapOf(Machine(machine));
        var regions = LeafRegion.Of(map, most);
        var segments = regions.SelectMany(r => r.Segments).ToList();

        Assert.Equal(map.Census().Leaves.Sum(l => l.Value), segments.Sum(s => s.Leaves));
        Assert.Equal(
            map.Leaves().Aggregate(0UL, (sum, run) => sum + run.Length(map.Geometry)),
            segments.Aggregate(0UL, (sum, s) => sum + s.Bytes));
        Assert.All(regions, r => Assert.InRange(r.Segments.Length, 1, most));
        Assert.All(
            regions, r => Assert.All(
                r.Segments.Zip(r.Segments.Skip(1)), p => Assert.Equal(p.First.End, p.Second.Start)));
        Assert.All(regions.Zip(regions.Skip(1)), p => Assert.True(p.First.End.Value < p.Second.Start.Value));
    }

    [Fact]
    public async Task The_page_says_in_which_leaves_and_why()
    {
        var machine = Machine("asymmetric");
        var boot = LinearMapBoot.Of(machine);
        var map = new KernelMap(boot.Final, boot.Painter.Swapper, MapRange.Linear);
        string html = await MapHtml.RenderAsync(machine.Name, map, boot.Why);

        Page.AssertSelfContained(html);
        Assert.Equal(
            "In which leaves does asymmetric map its memory? 99.1 % in 4K, 0.9 % in 2M, less than 0.1 % in 4K+CONT.",
            Page.Heading(html));
        Assert.Contains(boot.Why.Sentence, Page.Text(html), StringComparison.Ordinal);
        Assert.All(
            DirectMapUse.Of(map), use => Assert.Contains($"{use.Key} {use.Value:N0} kB", Page.Text(html),
                StringComparison.Ordinal));
        Assert.Contains(LinearMapLayout.Of(machine).PageOffset.ToString(), html, StringComparison.Ordinal);
    }

    private static MachineDescription Machine(string name) => MachineFile.Parse(name, BuiltInMachines.Find(name)!);
}
