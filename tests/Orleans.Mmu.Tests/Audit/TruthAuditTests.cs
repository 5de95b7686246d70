using System.Text.Json;
using Orleans.Mmu.Linux.Kernels;
using Orleans.Mmu.Linux.Maps;
using Orleans.Mmu.Linux.Ptdump;
using Orleans.Mmu.Tests.Truth;
using static Orleans.Mmu.Tests.Audit.TruthAudit;

namespace Orleans.Mmu.Tests.Audit;

/// <summary>
/// The tables of real kernels: those that are as Linux leaves them have no finding, the linear map is the machine's,
/// and the changes after boot are those that really were made.
/// </summary>
public sealed class TruthAuditTests : IDisposable
{
    private readonly AuditRun _files = new();

    public void Dispose() => _files.Dispose();

    [Theory]
    [ClassData(typeof(TruthBoots))]
    public async Task Real_tables(string name)
    {
        var run = await OfAsync(name, "--machine", TruthFolder.File(name, "machine.json"));
        var report = JsonDocument.Parse(run.Out).RootElement;

        Assert.Equal(Known(name), report.GetProperty("findings").EnumerateArray()
            .Select(f => $"{f.GetProperty("rule")} {f.GetProperty("start")}"));
        Assert.Empty(report.GetProperty("differences").EnumerateArray());
        Assert.Equal(
            File.ReadLines(TruthFolder.File(name, "changes.txt")).Order(StringComparer.Ordinal),
            report.GetProperty("changes").EnumerateArray()
                .Select(c => $"{c.GetProperty("call")} {c.GetProperty("start")} {c.GetProperty("pages")}")
                .Order(StringComparer.Ordinal));
        Assert.Equal(Known(name).Length > 0 ? 3 : 0, run.Code);
    }

    [Theory]
    [ClassData(typeof(TruthBoots))]
    public async Task The_same_as_ptdump(string name)
    {
        var map = RealBoot.Open(name).Map(MapRange.All);
        string file = _files.Save("p.txt", string.Join('\n', PtdumpText.Lines(map, KernelVersion.Newest)) + "\n");
        var run = await AuditRun.OfAsync(file, "--machine", TruthFolder.File(name, "machine.json"), "--json");
        var text = JsonDocument.Parse(run.Out).RootElement;
        var tables = JsonDocument.Parse((await OfAsync(name)).Out).RootElement;

        Assert.Equal(Known(name), text.GetProperty("findings").EnumerateArray()
            .Select(f => $"{f.GetProperty("rule")} {f.GetProperty("start")}"));
        Assert.Empty(text.GetProperty("differences").EnumerateArray());
        Assert.Equal(tables.GetProperty("directMap").ToString(), text.GetProperty("directMap").ToString());
        Assert.Equal(tables.GetProperty("leaves").ToString(), text.GetProperty("leaves").ToString());
    }

    [Theory]
    // The repaint of 6.18 leaves the alias; where text alone is writable, it is not the matter.
    [InlineData("k618-v3-mixedcpu-2g", true)]
    [InlineData("k618-v3-4g-off", false)]
    [InlineData("k618-v3-4g-default", false)]
    public async Task The_alias_that_a_repaint_leaves_is_known(string name, bool isNoted)
    {
        var run = await OfAsync(name, "--machine", TruthFolder.File(name, "machine.json"));

        Assert.Equal(isNoted, JsonDocument.Parse(run.Out).RootElement.GetProperty("notes").EnumerateArray()
            .Any(n => n.GetString()!.Contains("(writable-text-alias)", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Memory_that_the_machine_does_not_have_is_a_difference_that_nothing_explains()
    {
        const string name = "k618-v3-4g-default";
        string machine = await File.ReadAllTextAsync(TruthFolder.File(name, "machine.json"));
        var run = await OfAsync(name, "--machine",
            _files.Save("m.json", machine.Replace("0x140000000", "0x120000000", StringComparison.Ordinal)));
        var report = JsonDocument.Parse(run.Out).RootElement;

        var difference = Assert.Single(report.GetProperty("differences").EnumerateArray());
        Assert.Equal(("0xfff00000e0000000", "0xfff0000100000000", "nothing"),
            (difference.GetProperty("start").GetString(), difference.GetProperty("end").GetString(),
                difference.GetProperty("expected").GetString()));
        Assert.Equal(JsonValueKind.Null, report.GetProperty("explanation").ValueKind);
    }

    [Fact]
    public async Task Changes_that_are_given_are_not_observed_again()
    {
        const string name = "k618-v3-4g-default";
        var run = await OfAsync(name, "--machine", TruthFolder.File(name, "machine.json"), "--changes",
            TruthFolder.File(name, "changes.txt"));
        var report = JsonDocument.Parse(run.Out).RootElement;

        Assert.Empty(report.GetProperty("changes").EnumerateArray());
        Assert.Empty(report.GetProperty("differences").EnumerateArray());
    }

    [Fact]
    public async Task A_machine_with_other_addresses_is_refused() => AuditRun.IsRefused(
        await OfAsync("k618-16k-v3-4g-default", "--machine", TruthFolder.File("k618-v3-4g-default", "machine.json")),
        "k618-v3-4g-default: expected a machine with 16K pages");

    // rodata=off leaves text writable, and 6.18 leaves a block of text writable after a repaint.
    private static string[] Known(string name) => name switch
    {
        "k618-v3-4g-off" => ["writable-and-executable 0xffff800080010000"],
        "k618-v3-mixedcpu-2g" => ["text-writable-alias 0xfff0000000200000"],
        _ => [],
    };
}
