using System.Text.Json;
using Orleans.Mmu.Client.Exits;
using static Orleans.Mmu.Tests.Client.TraceFiles;

namespace Orleans.Mmu.Tests.Client;

/// <summary>mmu cost and mmu decay: what they print, and what they say of input that cannot be used.</summary>
public sealed class CostCommandTests : IDisposable
{
    private readonly TraceFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public async Task CostIsOnePageThatAddsUp()
    {
        string trace = await _files.FileAsync("t.ktr", Trace);
        string changes = await _files.FileAsync("c.txt", "set_memory_ro 0xffff000010000000 1\n"u8.ToArray());
        var run = await CommandRun.WithoutSiloAsync("cost", "symmetric", "--workload", trace, "--changes", changes,
            "--set", "rho=0.5", "--set", "cpi=100", "--json");
        Assert.Equal((ExitCode.Done, ""), (run.Code, run.Error));
        using var json = JsonDocument.Parse(run.Out);
        var rows = json.RootElement.GetProperty("mappings").EnumerateArray()
            .ToDictionary(m => m.GetProperty("name").GetString()!);
        Assert.Equal(["pages", "contiguous", "blocks", "booted", "changed"], rows.Keys);
        Assert.Equal(1, rows["pages"].GetProperty("throughput").GetDouble());
        Assert.True(rows["blocks"].GetProperty("throughput").GetDouble() > rows["contiguous"].GetProperty("throughput")
            .GetDouble());
        Assert.True(
            rows["changed"].GetProperty("tableBytes").GetInt64() > rows["booted"].GetProperty("tableBytes").GetInt64());
        var rho = json.RootElement.GetProperty("parameters").EnumerateArray()
            .Single(p => p.GetProperty("name").GetString() == "rho");
        Assert.Equal((0.5, "given"), (rho.GetProperty("value").GetDouble(), rho.GetProperty("origin").GetString()));
        Assert.Contains("what this rests on",
            (await CommandRun.WithoutSiloAsync("cost", "symmetric", "--workload", trace)).Out,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--set: expected NAME=VALUE such as dram-ns=120, found 'rho'", "--set", "rho")]
    [InlineData("--set: rho: expected 0 or more and less than 1, found 1", "--set", "rho=1")]
    [InlineData("--set: clock-ghz: expected 0.001 to 10,000,000, found 1E-18", "--set", "clock-ghz=1e-18")]
    [InlineData("--set: dram-ns: expected 0 to 10,000,000, found 1E+300", "--set", "dram-ns=1e300")]
    [InlineData("--set: expected a parameter such as clock-ghz, found dram-n (the nearest is \"dram-ns\")",
        "--set", "dram-n=3")]
    [InlineData("--tlb: expected L1I/L1D/L2 such as 48/48/1280x5, found '1'", "--tlb", "1")]
    [InlineData("--scatter: expected a whole number from 0 to 100, found '200' (see mmu cost --help)",
        "--scatter", "200")]
    public async Task CostsThatCannotBe(string line, params string[] options)
    {
        var run = await CommandRun.WithoutSiloAsync(
            ["cost", "symmetric", "--workload", await _files.FileAsync("t.ktr", Trace), .. options]);
        Assert.Equal((ExitCode.BadInput, line + "\n", ""), (run.Code, run.Error, run.Out));
    }

    [Fact]
    public async Task DecayInEveryForm()
    {
        string svg = _files.PathOf("d.svg");
        string[] args = ["decay", "symmetric", "--modules", "6", "--programs", "4", "--secrets", "2", "--workload",
            await _files.FileAsync("t.ktr", Trace), "--plot", svg];
        var text = await CommandRun.WithoutSiloAsync(args);
        Assert.Equal((ExitCode.Done, ""), (text.Code, text.Error));
        Assert.Contains("never more than the 2,030 of boot", text.Out, StringComparison.Ordinal);
        Assert.Equal(4, System.Xml.Linq.XDocument.Load(svg).Descendants().Count(e => e.Name.LocalName == "g"));
        using var json = JsonDocument.Parse((await CommandRun.WithoutSiloAsync([.. args, "--json"])).Out);
        int samples = json.RootElement.GetProperty("samples").GetArrayLength();
        string csv = (await CommandRun.WithoutSiloAsync([.. args, "--csv"])).Out;
        Assert.Equal(samples + 1, csv.TrimEnd('\n').Split('\n').Length);
        Assert.Equal("--modules: expected a whole number from 0 to 100000, found '-1' (see mmu decay --help)\n",
            (await CommandRun.WithoutSiloAsync("decay", "symmetric", "--modules", "-1")).Error);
    }
}
