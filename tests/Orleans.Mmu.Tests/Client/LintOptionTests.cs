using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Orleans.Mmu.Client.Exits;

namespace Orleans.Mmu.Tests.Client;

/// <summary>The options of mmu lint that name functions, cut, and write tables, protocols and witnesses.</summary>
public sealed class LintOptionTests : IDisposable
{
    private const string SystemMap =
        "ffff800080000000 T _text\nffff800080000200 t change\nffff800080000300 t other\n";

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("mmu");

    public void Dispose() => _directory.Delete(recursive: true);

    private static string Trace => string.Join('\n', Lines) + "\n";

    private static string[] Lines =>
    [
        "(hint (id 0) (tid 0) (kind set_root_lock) (location 0x40001000) (value 0x10))",
        "(sysreg-write (id 1) (tid 0) (sysreg tcr_el1) (value 0x10b5503510))",
        "(mem-write (id 2) (tid 0) (mem-order release) (address 0x40001000) (value 0x40002003))",
        "(mem-write (id 3) (tid 0) (mem-order release) (address 0x40002000) (value 0x40003003))",
        "(mem-write (id 4) (tid 0) (mem-order release) (address 0x40003000) (value 0xe8000080000705))",
        "(sysreg-write (id 5) (tid 0) (sysreg ttbr1_el1) (value 0x40001000))",
        "(barrier (id 6) (tid 0) isb)",
        "(lock (id 7) (tid 0) (address 0x10))",
        "(mem-write (id 8) (tid 0) (mem-order release) (address 0x40003000) (value 0xe80000c0000705) "
            + "(src \"0xffff800080000208\"))",
        "(mem-write (id 9) (tid 0) (mem-order release) (address 0x40003000) (value 0xe8000100000705) "
            + "(src \"0xffff80008000020c\"))",
    ];

    [Theory]
    [InlineData("System.map")]
    [InlineData("kallsyms.gz")]
    [InlineData("System.map.zst")]
    public async Task Symbols_name_the_functions(string name)
    {
        byte[] map = Encoding.ASCII.GetBytes(SystemMap);
        string symbols = Path.Combine(_directory.FullName, name);
        await File.WriteAllBytesAsync(symbols, name.EndsWith(".gz", StringComparison.Ordinal) ? Gzip(map)
            : name.EndsWith(".zst", StringComparison.Ordinal) ? new ZstdSharp.Compressor().Wrap(map).ToArray() : map);

        var run = await RunAsync("--symbols", symbols, "--json");

        using var json = JsonDocument.Parse(run.Out);
        var group = Assert.Single(json.RootElement.GetProperty("groups").EnumerateArray());
        Assert.Equal(("change", 2L), (group.GetProperty("where").GetString(), group.GetProperty("count").GetInt64()));
        Assert.False(group.TryGetProperty("witness", out _));
    }

    [Theory]
    [InlineData("--first", "9", 9, 1)]
    [InlineData("--last", "8", 8, 1)]
    [InlineData("--first", "0", 8, 2)]
    public async Task Events_are_cut_by_their_ids(string option, string id, long first, long count)
    {
        var run = await RunAsync(option, id, "--json");

        using var json = JsonDocument.Parse(run.Out);
        var groups = json.RootElement.GetProperty("groups").EnumerateArray().ToList();
        Assert.Equal((first, count), (groups[0].GetProperty("event").GetInt64(), groups.Sum(g => g.GetProperty("count")
            .GetInt64())));
    }

    [Fact]
    public async Task Ids_that_descend_end_the_reading_at_the_first_that_is_too_large()
    {
        string file = Path.Combine(_directory.FullName, "t.log");
        await File.WriteAllTextAsync(file, string.Join('\n', Lines.Reverse()) + "\n");
        var run = await CommandRun.WithoutSiloAsync("lint", file, "--last", "3");
        Assert.Equal(
            (ExitCode.BadInput, "", $"{file}:1: expected an event from 0 to 3, found none\n"),
            (run.Code, run.Out, run.Error));
    }

    [Fact]
    public async Task The_tables_behind_an_event_are_read_by_walk()
    {
        string tables = Path.Combine(_directory.FullName, "t.bin");

        await RunAsync("--at", "8", "--tables", tables);
        var run = await CommandRun.WithoutSiloAsync(
            "walk", tables, "--registers", $"{tables}.registers", "--range", "all");

        Assert.Equal((ExitCode.Done, ""), (run.Code, run.Error));
        Assert.Contains("0xffff000000000000\t0xffff000000200000\t0xc0000000\t2", run.Out, StringComparison.Ordinal);
        Assert.NotEqual(ExitCode.BadInput, (await CommandRun.WithoutSiloAsync(
            "audit", tables, "--registers", $"{tables}.registers")).Code);
    }

    [Fact]
    public async Task A_witness_is_in_the_text_the_JSON_and_the_page()
    {
        string page = Path.Combine(_directory.FullName, "t.html");

        var text = await RunAsync("--witness", "--html", page);
        var json = await RunAsync("--witness", "--json");

        Assert.Contains("witness of event 8, CPU 0: performed on its TLB\n", text.Out, StringComparison.Ordinal);
        using var parsed = JsonDocument.Parse(json.Out);
        foreach (var group in parsed.RootElement.GetProperty("groups").EnumerateArray())
        {
            var witness = group.GetProperty("witness");
            Assert.Equal(JsonValueKind.Null, witness.GetProperty("notShown").ValueKind);
            Assert.Equal("end", witness.GetProperty("steps").EnumerateArray().Last().GetProperty("kind").GetString());
        }

        string html = await File.ReadAllTextAsync(page);
        Assert.Contains("id=\"moment-10\"", html, StringComparison.Ordinal);
        Assert.Contains("All violations", html, StringComparison.Ordinal);
        Assert.Contains("memory at 0x100000000", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_place_of_a_result_has_the_function_and_the_event()
    {
        string sarif = Path.Combine(_directory.FullName, "t.sarif");
        string symbols = Path.Combine(_directory.FullName, "System.map");
        await File.WriteAllTextAsync(symbols, SystemMap);

        await RunAsync("--symbols", symbols, "--sarif", sarif);

        using var log = JsonDocument.Parse(await File.ReadAllTextAsync(sarif));
        var result = Assert.Single(log.RootElement.GetProperty("runs")[0].GetProperty("results").EnumerateArray());
        Assert.Contains("change", result.GetProperty("locations")[0].ToString(), StringComparison.Ordinal);
        Assert.StartsWith(
            "event 8: BBM valid->valid", result.GetProperty("message").GetProperty("text").GetString(),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{0}.none: expected symbols of a kernel, found no such file", "--symbols", "{0}.none")]
    [InlineData("{0}:1: expected a symbol such as \"ffff800080000000 T _text\", found ", "--symbols", "{0}")]
    [InlineData("{0}:10: expected an event from 10 to the last one, found none", "--first", "10")]
    [InlineData("--last: expected an event from 5 on, since --first is that, found 4", "--first", "5", "--last", "4")]
    [InlineData("--last: expected the id of an event, a decimal number, found 'x'", "--last", "x")]
    [InlineData("--at EVENT and --tables FILE: expected both or neither, found one of them", "--at", "3")]
    [InlineData("{0}:10: expected an event 99 or a later one, found 9 as the last that is read", "--at", "99",
        "--tables", "{0}.bin")]
    [InlineData("{0}:9: expected stores that split blocks and contiguous groups, found ", "--protocol", "{0}.p")]
    public async Task Bad_input_is_one_line(string error, params string[] options)
    {
        string file = Path.Combine(_directory.FullName, "t.log");
        var run = await RunAsync([.. options.Select(o => o.Replace("{0}", file, StringComparison.Ordinal))]);

        Assert.Equal(ExitCode.BadInput, run.Code);
        Assert.StartsWith(error.Replace("{0}", file, StringComparison.Ordinal), run.Error, StringComparison.Ordinal);
        Assert.Equal(1, run.Error.Count(c => c == '\n'));
    }

    private async Task<CommandRun> RunAsync(params string[] options)
    {
        string file = Path.Combine(_directory.FullName, "t.log");
        await File.WriteAllTextAsync(file, Trace);
        return await CommandRun.WithoutSiloAsync(["lint", file, .. options]);
    }

    private static byte[] Gzip(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var stream = new GZipStream(packed, CompressionMode.Compress, leaveOpen: true))
            stream.Write(bytes);
        return packed.ToArray();
    }
}
