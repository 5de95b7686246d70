using Orleans.Mmu.Client.Rendering;
using Orleans.Mmu.Client.Terminals;
using Orleans.Mmu.Costs.Parameters;
using Orleans.Mmu.Linux.Boot;
using Orleans.Mmu.Linux.Capabilities;
using Orleans.Mmu.Linux.Costs;
using Orleans.Mmu.Linux.MachineFiles;

namespace Orleans.Mmu.Tests.Boot;

/// <summary>A boot has a clock of its own, which neither the host nor the number of silos moves.</summary>
[Collection(nameof(OneSilo))]
public sealed class ModelTimeTests(OneSilo one, TwoSilos two) : IClassFixture<TwoSilos>
{
    private static readonly TextStyle Pipe = new(Terminal.PipeWidth, Colour: false, Boxes: false);

    public static TheoryData<string> Machines => [.. BuiltInMachines.Names];

    [Theory]
    [InlineData("asymmetric", "idmap-reserved")]
    [InlineData("asymmetric", "spin")]
    [InlineData("asymmetric", "live")]
    [InlineData("symmetric", "idmap-reserved")]
    public async Task One_seed_gives_the_same_bytes_onone_silo_and_ontwo(string machine, string protocol)
    {
        string json = Lab.Small(machine);
        var first = await BootAsync(one, json, protocol);
        Assert.Equal(first, await BootAsync(one, json, protocol));
        Assert.Equal(first, await BootAsync(two, json, protocol));
        Assert.NotEmpty(first.Text);
    }

    [Theory]
    [MemberData(nameof(Machines))]
    public async Task A_boot_stops_for_as_long_as_cost_computes(string name)
    {
        string json = BuiltInMachines.Find(name)!;
        var machine = MachineFile.Parse(name, json);
        var boot = LinearMapBoot.Of(machine);
        var expected = RepaintCost.Of(boot);
        var (_, report) = await one.Boot(json, "idmap-reserved", 1);
        Assert.Equal(boot.Mode == BootMode.Repaint, report.Repaint is not null);
        if (report.Repaint is null)
            return;
        Assert.Equal(expected.Blocks, report.Repaint.SplitBlocks);
        Assert.Equal(ModelTime.OfSeconds(expected.StoppedSeconds(machine, CostParameters.Usual)),
            report.Repaint.Duration);
    }

    [Fact]
    public async Task A_repaint_without_a_block_stops_the_CPUs_all_the_same()
    {
        // A block of 512M at level 2 of 64K pages needs more memory than this machine has.
        const string Json = """
            {"name": "no-block",
             "kernel": {"version": "6.19", "pageSize": "64K", "vaBits": 48, "commandLine": "", "config": "debian",
             "image": {"text": "0x80200000", "stext": "0x80210000", "initBegin": "0x82390000",
              "initEnd": "0x82720000", "bssStop": "0x82c9a730", "end": "0x82cb0000"}},
             "memory": [{"start": "0x80000000", "end": "0xa0000000"}],
             "cpus": [{"midr": "0xc00fac30"}, {"midr": "0x410fd0c1", "count": 1}]}
            """;
        var machine = MachineFile.Parse("no-block", Json);
        var expected = RepaintCost.Of(LinearMapBoot.Of(machine));
        var (_, report) = await one.Boot(Json, "idmap-reserved", 1);
        Assert.Equal((0, 0), (expected.Blocks, report.Repaint!.SplitBlocks));
        Assert.NotEqual(default, report.Repaint.Duration);
        Assert.Equal(ModelTime.OfSeconds(expected.StoppedSeconds(machine, CostParameters.Usual)),
            report.Repaint.Duration);
    }

    [Fact]
    public async Task Docs_show_the_summary_that_a_boot_prints()
    {
        var (_, report) = await one.Boot(BuiltInMachines.Find("asymmetric")!, "spin", 1);
        string text = BootReportText.Render(report with { SimulatedMilliseconds = 140 }, Pipe);
        int begin = text.IndexOf("machine  ", StringComparison.Ordinal);
        int end = text.IndexOf("\n\n", begin, StringComparison.Ordinal);
        Assert.Contains("$ mmu boot asymmetric --protocol spin\n" + text[begin..end] + "\n\n",
            File.ReadAllText(Path.Combine(Repository.Root, "docs", "boot.md")), StringComparison.Ordinal);
    }

    // The host time is the one value that a seed does not determine.
    private static async Task<Outputs> BootAsync(Lab lab, string json, string protocol)
    {
        var (_, report) = await lab.Boot(json, protocol, 7, force: true, trace: true);
        report = report with { SimulatedMilliseconds = 0 };
        return new(BootReportText.Render(report, Pipe), BootReportJson.Render(report),
            PerfettoTrace.Render(report), MermaidTrace.Render(report));
    }

    private sealed record Outputs(string Text, string Json, string Perfetto, string Mermaid);
}
