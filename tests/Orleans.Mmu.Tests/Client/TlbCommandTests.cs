using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Tests.Costs.MemoryTraces;
using ZstdSharp;

namespace Orleans.Mmu.Tests.Client;

/// <summary>mmu tlb, cost and decay: what they print, and what they say of input that cannot be used.</summary>
public sealed class TlbCommandTests : IDisposable
{
    private static readonly byte[] Trace = SomeTrace();

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("mmu");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public async Task JsonHasWhatTheContractNames()
    {
        var run = await CommandRun.WithoutSiloAsync("tlb", await FileAsync("t.ktr", Trace), "--l1i", "4", "--l1d", "4",
            "--l2", "16x4", "--map", "4K,2M", "--json");
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

    [Fact]
    public async Task EveryCompressionIsReadTheSame()
    {
        string plain = (await CommandRun.WithoutSiloAsync("tlb", await FileAsync("t.ktr", Trace), "--csv")).Out;
        using var gzip = new MemoryStream();
        using (var stream = new GZipStream(gzip, CompressionMode.Compress, leaveOpen: true))
            stream.Write(Trace);
        using var zip = new MemoryStream();
        using (var archive = new ZipArchive(zip, ZipArchiveMode.Create, leaveOpen: true))
        {
            // Parts come in the order of their names.
            foreach (var (name, part) in new[] { ("chunk.0001", Trace[100..]), ("chunk.0000", Trace[..100]) })
            {
                using var stream = archive.CreateEntry(name).Open();
                stream.Write(part);
            }
        }

        using var compressor = new Compressor();
        foreach (var (suffix, bytes) in new[] { (".zst", compressor.Wrap(Trace).ToArray()), (".gz", gzip.ToArray()),
            (".zip", zip.ToArray()) })
            Assert.Equal(plain,
                (await CommandRun.WithoutSiloAsync("tlb", await FileAsync("t.ktr" + suffix, bytes), "--csv")).Out);
    }

    [Fact]
    public async Task WhatWasReadBeforeATraceBreaksOffIsPrinted()
    {
        string file = await FileAsync("t.ktr", Trace[..^1]);
        var run = await CommandRun.WithoutSiloAsync("tlb", file, "--json");
        Assert.Equal(
            (ExitCode.BadInput,
            $"{file}: byte {Trace.Length - 2}: expected the rest of a record, found the end of the trace\n"),
            (run.Code, run.Error));
        using var json = JsonDocument.Parse(run.Out);
        Assert.True(json.RootElement[0].GetProperty("l1Misses").GetInt64() > 0);
        Assert.Contains("found the end of the trace", json.RootElement[0].GetProperty("error").GetString(),
            StringComparison.Ordinal);
        Assert.Contains(
            "then it broke off", (await CommandRun.WithoutSiloAsync("tlb", file)).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EveryPrefixOfACompressedTraceEndsInOneLine()
    {
        using var compressor = new Compressor();
        byte[] zstd = compressor.Wrap(Trace).ToArray();
        using var gzip = new MemoryStream();
        using (var stream = new GZipStream(gzip, CompressionMode.Compress, leaveOpen: true))
            stream.Write(Trace);
        foreach (byte[] whole in (byte[][])[zstd, gzip.ToArray()])
        {
            for (int length = 0; length < whole.Length - 8; length += 7)
            {
                var run = await CommandRun.WithoutSiloAsync("tlb", await FileAsync("t", whole[..length]), "--csv");
                Assert.True(run.Code == ExitCode.BadInput && run.Error.Count(c => c == '\n') == 1,
                    $"{length} of {whole.Length} bytes: {run.Code} {run.Error}");
                Assert.Contains("t: byte ", run.Error, StringComparison.Ordinal);
            }

            for (int at = 4; at < whole.Length; at += 11)
            {
                byte[] spoilt = [.. whole];
                spoilt[at] ^= 0x55;
                var run = await CommandRun.WithoutSiloAsync("tlb", await FileAsync("t", spoilt), "--csv");
                Assert.True(
                    run.Code is ExitCode.Done or ExitCode.BadInput, $"{run.Code} with byte {at} spoilt: {run.Error}");
                Assert.Equal(run.Code == ExitCode.Done ? 0 : 1, run.Error.Count(c => c == '\n'));
            }
        }
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
        var run = await CommandRun.WithoutSiloAsync(["tlb", await FileAsync("t.ktr", Trace), .. options]);
        Assert.Equal((ExitCode.BadInput, line + "\n", ""), (run.Code, run.Error, run.Out));
    }

    [Fact]
    public async Task AMapIsASizeAMachineOrAPtdump()
    {
        string trace = await FileAsync("t.ktr", Trace);
        string text = (await CommandRun.WithoutSiloAsync("map", "symmetric", "--format", "ptdump")).Out;
        string ptdump = await FileAsync("kernel_page_tables", Encoding.UTF8.GetBytes(text));
        string quoted = await FileAsync("mail", Encoding.UTF8.GetBytes(
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
            "tlb", trace, "--map", await FileAsync("x", "---[ nothing"u8.ToArray()))).Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("4K")]
    [InlineData("16K")]
    [InlineData("64K")]
    public async Task APtdumpOfAnyGranuleIsTheMachines(string granule)
    {
        string trace = await FileAsync("t.ktr", Trace);
        string machine = await FileAsync("m.json", Encoding.UTF8.GetBytes(OfGranule(granule)));
        string ptdump = await FileAsync("kernel_page_tables",
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
        string file = await FileAsync("t.ktr", Trace);
        var run = await CommandRun.WithoutSiloAsync("tlb", file, "--warm-up", "1", "--csv");
        Assert.Equal(
            (ExitCode.BadInput, $"{file}: expected more than the 1000000 instructions to warm up with, found 2000\n"),
            (run.Code, run.Error));
    }

    [Fact]
    public async Task APlotIsAnSvgDocument()
    {
        string svg = Path.Combine(_directory.FullName, "p.svg");
        var run = await CommandRun.WithoutSiloAsync(
            "tlb", await FileAsync("t<&>.ktr", Trace), "--sweep", "--plot", svg);
        Assert.Equal(ExitCode.Done, run.Code);
        var document = System.Xml.Linq.XDocument.Load(svg);
        // Two charts; a line for each of six cores and two scatters.
        Assert.Equal(24, document.Descendants().Count(e => e.Name.LocalName == "polyline"));
    }

    [Fact]
    public async Task CostIsOnePageThatAddsUp()
    {
        string trace = await FileAsync("t.ktr", Trace);
        string changes = await FileAsync("c.txt", "set_memory_ro 0xffff000010000000 1\n"u8.ToArray());
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
    [InlineData("--tlb: expected L1I/L1D/L2 such as 48/48/1280x5, found '1'", "--tlb", "1")]
    [InlineData("--scatter: expected a whole number from 0 to 100, found '200' (see mmu cost --help)",
        "--scatter", "200")]
    public async Task CostsThatCannotBe(string line, params string[] options)
    {
        var run = await CommandRun.WithoutSiloAsync(
            ["cost", "symmetric", "--workload", await FileAsync("t.ktr", Trace), .. options]);
        Assert.Equal((ExitCode.BadInput, line + "\n", ""), (run.Code, run.Error, run.Out));
    }

    [Fact]
    public async Task A_missing_trace_keeps_the_counts_of_those_before_it()
    {
        string good = await FileAsync("t.ktr", Trace);
        var run = await CommandRun.WithoutSiloAsync("tlb", good, "missing.ktr", "--csv");

        Assert.Equal(ExitCode.BadInput, run.Code);
        Assert.Equal("missing.ktr: expected a memory trace, found no such file\n", run.Error);
        Assert.Equal((await CommandRun.WithoutSiloAsync("tlb", good, "--csv")).Out, run.Out);
    }

    [Fact]
    public async Task DecayInEveryForm()
    {
        string svg = Path.Combine(_directory.FullName, "d.svg");
        string[] args = ["decay", "symmetric", "--modules", "6", "--programs", "4", "--secrets", "2", "--workload",
            await FileAsync("t.ktr", Trace), "--plot", svg];
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

    private static string OfGranule(string granule) => Orleans.Mmu.Linux.MachineFiles.BuiltInMachines.Find("symmetric")!
        .Replace("\"pageSize\": \"4K\"", $"\"pageSize\": \"{granule}\"", StringComparison.Ordinal)
        .Replace("0x4341e000", "0x43420000", StringComparison.Ordinal);

    private static byte[] SomeTrace()
    {
        var trace = new KtrText();
        for (ulong i = 0; i < 200; i++)
            trace.Instructions(0xffff800008010000, 10).Data(0xffff000000000000 + (i << 12));
        return trace.ToArray();
    }

    private async Task<string> FileAsync(string name, byte[] bytes)
    {
        string path = Path.Combine(_directory.FullName, name);
        await File.WriteAllBytesAsync(path, bytes);
        return path;
    }
}
