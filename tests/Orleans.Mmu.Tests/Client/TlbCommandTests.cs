using System.Text;
using System.Text.Json;
using Orleans.Mmu.Client.Exits;
using static Orleans.Mmu.Tests.Client.TraceFiles;

namespace Orleans.Mmu.Tests.Client;

/// <summary>mmu tlb: what it prints, and what it says of input that cannot be used.</summary>
public sealed class TlbCommandTests : IDisposable
{
    private readonly TraceFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public async Task JsonHasWhatTheContractNames()
    {
        var run = await CommandRun.WithoutSiloAsync("tlb", await _files.FileAsync("t.ktr", Trace), "--l1i", "4",
            "--l1d", "4", "--l2", "16x4", "--map", "4K,2M", "--json");
        Assert.Equal(ExitCode.Done, run.Code);
        using var json = JsonDocument.Parse(run.Out);
        var rows = json.RootElement.EnumerateArray().ToList();
        Assert.Equal(["4K", "2M"], rows.Select(r => r.GetProperty("map").GetString()));
        Assert.Equal(("t.ktr", 2000L, 2000L), (rows[0].GetProperty("trace").GetString(),
            rows[0].GetProperty("instructions").GetInt64(), rows[0].GetProperty("kernelInstructions").GetInt64()));
        Assert.Equal(
            (201L, 201L), (rows[0].GetProperty("l1Misses").GetInt64(), rows[0].GetProperty("walks").GetInt64()));
        Assert.Equal((2L, 2L), (rows[1].GetProperty("l1Misses").GetInt64(), rows[1].GetProperty("walks").GetInt64()));
        foreach (string rate in (string[])[
            "l1Mpki", "walkMpki", "kernelL1Mpki", "kernelWalkMpki", "linearL1Mpki", "linearWalkMpki", "kernelPercent"])
            Assert.Equal(JsonValueKind.Number, rows[0].GetProperty(rate).ValueKind);
        Assert.Equal(100.5, rows[0].GetProperty("l1Mpki").GetDouble());
    }

    [Theory]
    [InlineData("--l1i: expected entries, or entries and ways such as 1280x5, at most 65536, found '0'", "--l1i", "0")]
    [InlineData("--l2: expected entries, or entries and ways such as 1280x5, at most 65536, found "
        + "'10x3'", "--l2", "10x3")]
    [InlineData("--tlb: expected L1I/L1D/L2 such as 48/48/1280x5, at most 65536 entries, ways that divide them, "
        + "found '48/48'", "--tlb", "48/48")]
    [InlineData("--core: not all of the TLBs of Neoverse-V2 are in the table of cores; give --l1i too", "--core",
        "Neoverse-V2")]
    [InlineData("--core: not all of the TLBs of Cortex-X4 are in the table of cores; give --l1i and --l1d and "
        + "--l2 too", "--core", "Cortex-X4")]
    [InlineData("--core: not all of the TLBs of Neoverse-V2 and Cortex-X2 are in the table of cores; give --l1i and "
        + "--l2 too", "--core", "Neoverse-V2,Cortex-X2")]
    [InlineData("--scatter: expected percentages from 0 to 100, found '101' (see mmu tlb --help)", "--scatter", "101")]
    [InlineData("--user: expected a size such as 4K, 64K or 2M, found '3K' (see mmu tlb --help)", "--user", "3K")]
    [InlineData("--format: expected ktr, lackey, drmemtrace, champsim, cloudsuite, found 'elf' (see mmu tlb "
        + "--help)", "--format", "elf")]
    [InlineData("--walk-cache: expected 64x4, or LEVEL:ENTRIES of levels 0 to 2 such as 1:8,2:64x4, or none, found "
        + "'3:4'", "--walk-cache", "3:4")]
    [InlineData("--warm-up: expected a whole number from 0 to 2147483647, found '-1' (see mmu tlb "
        + "--help)", "--warm-up", "-1")]
    [InlineData("--warm-up: expected a whole number from 0 to 2147483647, found '99999999999' (see mmu tlb "
        + "--help)", "--warm-up", "99999999999")]
    [InlineData("expected --tlb, or --l1i, --l1d and --l2, found both", "--tlb", "4/4/8", "--l1d", "4")]
    public async Task OptionsThatCannotBe(string line, params string[] options)
    {
        var run = await CommandRun.WithoutSiloAsync(["tlb", await _files.FileAsync("t.ktr", Trace), .. options]);
        Assert.Equal((ExitCode.BadInput, line + "\n", ""), (run.Code, run.Error, run.Out));
    }

    [Fact]
    public async Task AMapIsASizeAMachineOrAPtdump()
    {
        string trace = await _files.FileAsync("t.ktr", Trace);
        string text = (await CommandRun.WithoutSiloAsync("map", "symmetric", "--format", "ptdump")).Out;
        string ptdump = await _files.FileAsync("kernel_page_tables", Encoding.UTF8.GetBytes(text));
        string quoted = await _files.FileAsync("mail", Encoding.UTF8.GetBytes(
            "Somebody wrote:\n> " + text.Replace("\n", "\n> ", StringComparison.Ordinal)));
        static string Counts(CommandRun run) =>
            string.Join('\n', run.Out.Split('\n').Skip(1).Select(l => l.Split(',', 7)[^1]));
        var machine = await CommandRun.WithoutSiloAsync("tlb", trace, "--map", "symmetric", "--csv");
        var dump = await CommandRun.WithoutSiloAsync("tlb", trace, "--map", ptdump, "--csv");
        var mail = await CommandRun.WithoutSiloAsync("tlb", trace, "--map", quoted, "--csv");
        Assert.Equal((ExitCode.Done, ExitCode.Done, ExitCode.Done), (machine.Code, dump.Code, mail.Code));
        Assert.Equal(Counts(machine), Counts(dump));
        Assert.Equal(Counts(machine), Counts(mail));
        Assert.StartsWith("5K: expected a size such as 4K",
            (await CommandRun.WithoutSiloAsync("tlb", trace, "--map", "5K")).Error, StringComparison.Ordinal);
        Assert.Contains("expected", (await CommandRun.WithoutSiloAsync(
            "tlb", trace, "--map", await _files.FileAsync("x", "---[ nothing"u8.ToArray()))).Error,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("4K")]
    [InlineData("16K")]
    [InlineData("64K")]
    public async Task APtdumpOfAnyGranuleIsTheMachines(string granule)
    {
        string trace = await _files.FileAsync("t.ktr", Trace);
        string machine = await _files.FileAsync("m.json", Encoding.UTF8.GetBytes(OfGranule(granule)));
        string ptdump = await _files.FileAsync("kernel_page_tables",
            Encoding.UTF8.GetBytes((await CommandRun.WithoutSiloAsync("map", machine, "--format", "ptdump")).Out));
        static string Counts(CommandRun run) =>
            string.Join('\n', run.Out.Split('\n').Skip(1).Select(l => l.Split(',', 7)[^1]));
        Assert.Equal(
            Counts(await CommandRun.WithoutSiloAsync("tlb", trace, "--map", machine, "--scatter", "0,60", "--csv")),
            Counts(await CommandRun.WithoutSiloAsync("tlb", trace, "--map", ptdump, "--scatter", "0,60", "--csv")));
    }

    [Fact]
    public async Task AWarmUpThatIsTooLongIsNoResult()
    {
        string file = await _files.FileAsync("t.ktr", Trace);
        var run = await CommandRun.WithoutSiloAsync("tlb", file, "--warm-up", "1", "--csv");
        Assert.Equal(
            (ExitCode.BadInput, $"{file}: expected more than the 1000000 instructions to warm up with, found 2000\n"),
            (run.Code, run.Error));
    }

    [Fact]
    public async Task APlotIsAnSvgDocument()
    {
        string svg = _files.PathOf("p.svg");
        var run = await CommandRun.WithoutSiloAsync(
            "tlb", await _files.FileAsync("t<&>.ktr", Trace), "--sweep", "--plot", svg);
        Assert.Equal(ExitCode.Done, run.Code);
        var document = System.Xml.Linq.XDocument.Load(svg);
        // Two charts; a line for each of six cores and two scatters.
        Assert.Equal(24, document.Descendants().Count(e => e.Name.LocalName == "polyline"));
    }

    private static string OfGranule(string granule) => Orleans.Mmu.Linux.MachineFiles.BuiltInMachines.Find("symmetric")!
        .Replace("\"pageSize\": \"4K\"", $"\"pageSize\": \"{granule}\"", StringComparison.Ordinal)
        .Replace("0x4341e000", "0x43420000", StringComparison.Ordinal);
}
