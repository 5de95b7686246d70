using System.Text.Json;
using Orleans.Mmu.Audit.Findings;
using Orleans.Mmu.Tests.Client;

namespace Orleans.Mmu.Tests.Audit;

/// <summary>What mmu audit prints and writes.</summary>
public sealed class AuditCommandTests : IDisposable
{
    private readonly AuditRun _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public async Task As_text() => Golden.Check("audit-text", Named(await BrokenAsync()).Out);

    [Fact]
    public async Task As_json() => Golden.Check("audit-json", Named(await BrokenAsync("--json")).Out);

    [Fact]
    public async Task As_sarif()
    {
        string sarif = Path.Combine(Path.GetDirectoryName(_files.Save("x", ""))!, "f.sarif");
        await BrokenAsync("--sarif", sarif);
        string text = await File.ReadAllTextAsync(sarif);
        var run = JsonDocument.Parse(text).RootElement.GetProperty("runs")[0];

        Assert.Equal(AuditRule.All.Select(r => r.Name).Append("differs-from-machine"),
            run.GetProperty("tool").GetProperty("driver").GetProperty("rules").EnumerateArray()
                .Select(r => r.GetProperty("id").GetString()));
        var results = run.GetProperty("results").EnumerateArray().ToList();
        Assert.Equal(
            ["text-writable-alias", "table-outside-dump"], results.Select(r => r.GetProperty("ruleId").GetString()));
        Assert.All(results, r => Assert.EndsWith("/t.bin", r.GetProperty("locations")[0].GetProperty("physicalLocation")
            .GetProperty("artifactLocation").GetProperty("uri").GetString(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Registers_are_needed_for_tables() => AuditRun.IsRefused(
        await AuditRun.OfAsync(_files.Save("t.bin", MadeMap.Good().ToTables())),
        "t.bin: expected --registers with TTBR1_EL1 and TCR_EL1, found none");

    [Fact]
    public async Task Of_a_folder_the_files_are_named()
    {
        string folder = Path.GetDirectoryName(_files.Save("tables.bin.zst", ""))!;

        AuditRun.IsRefused(await AuditRun.OfAsync(folder),
            $"expected a dump, found a directory (mmu audit {folder}/tables.bin.zst --registers FILE)");
        AuditRun.IsRefused(await AuditRun.OfAsync(Repository.Root), "expected a dump, found a directory (name a file "
            + "in it: a ptdump, a core, or tables.bin.zst with --registers registers.txt)");
    }

    [Theory]
    [InlineData("--base", "40000000", "--base: expected an address such as 0x40000000")]
    [InlineData("--page-size", "8K", "--page-size: expected 4K, 16K or 64K, found '8K'")]
    [InlineData("--va-bits", "40", "--va-bits: expected 36, 39, 42, 47, 48 or 52, found '40'")]
    [InlineData("--changes", "c.txt", "--changes: expected --machine beside it")]
    public async Task Wrong_values_are_named(string option, string value, string error) =>
        AuditRun.IsRefused(await AuditRun.OfAsync("p.txt", option, value), error);

    [Fact]
    public void Every_rule_is_on_the_page_with_its_source()
    {
        string page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "audit.md"));
        Assert.All(AuditRule.All, r => Assert.Contains($"| `{r.Name}` | {r.Meaning} | {r.Source} |", page,
            StringComparison.Ordinal));
    }

    // A writable alias of text, and a table that is nowhere.
    private Task<CommandRun> BrokenAsync(params string[] options)
    {
        var map = MadeMap.Good().Block(MadeMap.Linear + 0x20_0000, MadeMap.Ram + 0x20_0000, MadeMap.Data)
            .Word(0xffff_8001_0000_0000, 1, 0x7000_0003);
        return AuditRun.OfAsync(
            [_files.Save("t.bin", map.ToTables()), "--registers", _files.Save("r.txt", AuditRun.Registers),
                .. options]);
    }

    private CommandRun Named(CommandRun run)
    {
        Assert.Equal((3, ""), (run.Code, run.Error));
        return run with { Out = run.Out.Replace(_files.Save("t.bin", ""), "t.bin", StringComparison.Ordinal) };
    }
}
