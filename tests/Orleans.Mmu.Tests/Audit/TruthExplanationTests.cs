using System.Text.Json;
using System.Text.RegularExpressions;
using Orleans.Mmu.Tests.Client;
using Orleans.Mmu.Tests.Truth;
using static Orleans.Mmu.Tests.Audit.TruthAudit;

namespace Orleans.Mmu.Tests.Audit;

/// <summary>
/// Maps of real kernels beside machine files that are wrong: the rule or the value that explains the difference is
/// named.
/// </summary>
public sealed class TruthExplanationTests : IDisposable
{
    private readonly AuditRun _files = new();

    public void Dispose() => _files.Dispose();

    [Theory]
    [InlineData("k618-v3-mixedcpu-2g", "0x410fd0c1", "0x410fd842", "as 6.18 leaves it after a repaint")]
    [InlineData("k73-v3-mixedcpu-2g", "0x410fd0c1", "0x410fd842", "as 7.3 leaves it after a repaint")]
    [InlineData("k618-n1-4g-default", "0x414fd0c1", "0x410fd842",
        "as 6.18 leaves it where the boot CPU may not split blocks live")]
    [InlineData("k618-v3-4g-default", "\"version\": \"6.18\"", "\"version\": \"6.17\"", "as 6.18 makes it")]
    [InlineData("k618-v3-4g-default", "\"commandLine\": \"\"", "\"commandLine\": \"rodata=noalias\"",
        "as rodata=on makes it")]
    [InlineData("k618-v3-4g-default", "\"commandLine\": \"\"", "\"commandLine\": \"kpti=on\"",
        "as kpti=off makes it")]
    public async Task The_rule_that_explains_a_map_is_named(
        string name, string before, string after, string explanation)
    {
        string machine = await File.ReadAllTextAsync(TruthFolder.File(name, "machine.json"));
        Assert.Contains(before, machine, StringComparison.Ordinal);
        var run = await OfAsync(
            name, "--machine", _files.Save("m.json", machine.Replace(before, after, StringComparison.Ordinal)));
        var report = JsonDocument.Parse(run.Out).RootElement;

        Assert.Equal(3, run.Code);
        Assert.Equal(explanation, report.GetProperty("explanation").GetString());
        Assert.All(report.GetProperty("differences").EnumerateArray(),
            d => Assert.Equal(explanation, d.GetProperty("explanation").GetString()));
    }

    // Every kernel that runs for a while has changes that were taken back; they hide no rule.
    [Theory]
    [InlineData("k73-v3-4g-default", "\"version\": \"7.3\"", "\"version\": \"7.2\"", "as 7.3 makes it")]
    [InlineData("k618-v3-4g-default", "\"commandLine\": \"\"", "\"commandLine\": \"rodata=off\"",
        "as rodata=on makes it")]
    public async Task A_change_that_was_taken_back_hides_no_rule(
        string name, string before, string after, string explanation)
    {
        string machine = await File.ReadAllTextAsync(TruthFolder.File(name, "machine.json"));
        string right = _files.Save("right.json", machine);
        string changes = _files.Save("changes.txt",
            await File.ReadAllTextAsync(TruthFolder.File(name, "changes.txt"))
            + "set_memory_ro 0xfff0000080000000 4\nset_memory_rw 0xfff0000080000000 4\n");
        var map = await CommandRun.WithoutSiloAsync("map", right, "--changes", changes, "--format", "ptdump");
        Assert.Equal(0, map.Code);
        string wrong = _files.Save("wrong.json", machine.Replace(before, after, StringComparison.Ordinal));
        var run = await AuditRun.OfAsync(_files.Save("p.txt", map.Out), "--machine", wrong, "--json");
        var report = JsonDocument.Parse(run.Out).RootElement;

        Assert.Equal([explanation], report.GetProperty("explanations").EnumerateArray()
            .Select(e => e.GetProperty("rule").GetString()));
        Assert.Contains("set_memory_rw", report.GetProperty("changes").ToString(), StringComparison.Ordinal);
    }

    // The CPUs are what one knows best; where they alone explain a map, two parameters that explain it are named, too.
    [Theory]
    [InlineData("kfence.sample_interval=100, with rodata=noalias")]
    public async Task Two_parameters_are_named_beside_other_CPUs(string explanation)
    {
        const string name = "k618-n1-4g-noalias-kfence";
        string machine = Regex.Replace(await File.ReadAllTextAsync(TruthFolder.File(name, "machine.json")),
            "\"commandLine\": \"[^\"]*\"", "\"commandLine\": \"\"");
        var run = await OfAsync(name, "--machine", _files.Save("m.json", machine));
        var rules = JsonDocument.Parse(run.Out).RootElement.GetProperty("explanations").EnumerateArray()
            .Select(e => e.GetProperty("rule").GetString()!).ToList();

        Assert.Equal(["as 6.18 leaves it where every CPU may split blocks live",
            $"as {explanation.Split(',')[0]} makes it, with {explanation.Split("with ")[1]}"], rules);
    }

    // What mmu import assumes where no file gives the release and the symbols.
    [Theory]
    [InlineData("k73-v3-4g-default", "7.3", "__bss_stop at 0x4341e000", "0x4341e000")]
    [InlineData("k72-v3-4g-default", "7.2", "__bss_stop at", null)]
    public async Task A_machine_whose_release_and_symbols_were_assumed_is_told_what_to_say(
        string name, string version, string with, string? stop)
    {
        string machine = await File.ReadAllTextAsync(TruthFolder.File(name, "machine.json"));
        string end = Regex.Match(machine, "\"end\": \"(0x[0-9a-f]+)\"").Groups[1].Value;
        machine = Regex.Replace(machine, "(\"bssStop\": \")[^\"]*", $"${{1}}{end}");
        machine = machine.Replace($"\"{version}\"", "\"6.18\"", StringComparison.Ordinal);
        var report = JsonDocument.Parse(
            (await OfAsync(name, "--machine", _files.Save("m.json", machine))).Out).RootElement;

        Assert.StartsWith($"as {version} makes it, with {with}", report.GetProperty("explanation").GetString(),
            StringComparison.Ordinal);
        var edits = report.GetProperty("explanations")[0].GetProperty("machineShouldSay").EnumerateArray().ToDictionary(
            e => e.GetProperty("key").GetString()!, e => e.GetProperty("value").GetString());
        Assert.Equal(["kernel.image.bssStop", "kernel.version"], edits.Keys.Order(StringComparer.Ordinal));
        Assert.Equal($"\"{version}\"", edits["kernel.version"]);
        if (stop is not null)
            Assert.Equal($"\"{stop}\"", edits["kernel.image.bssStop"]);
        Assert.Equal(File.ReadLines(TruthFolder.File(name, "changes.txt")).Count(),
            report.GetProperty("changes").GetArrayLength());
    }

    // With rodata=on of 6.12 the linear aliases of modules stay writable, and their map is the same without modules.
    [Fact]
    public async Task Writable_aliases_of_all_modules_hint_at_another_command_line()
    {
        const string name = "k612-16k-n1-4g-on";
        string machine = await File.ReadAllTextAsync(TruthFolder.File(name, "machine.json"));
        var run = await OfAsync(name, "--machine",
            _files.Save("m.json", machine.Replace("rodata=on", "rodata=full", StringComparison.Ordinal)));

        Assert.Equal(3, run.Code);
        Assert.Contains("the kernel may have had another command line than the machine", run.Out,
            StringComparison.Ordinal);
    }

    // Several rules may make the same map.
    [Fact]
    public async Task Every_rule_that_explains_a_map_is_named()
    {
        const string name = "k617-v3-2g-default";
        string machine = await File.ReadAllTextAsync(TruthFolder.File(name, "machine.json"));
        var report = JsonDocument.Parse((await OfAsync(name, "--machine", _files.Save(
            "m.json", machine.Replace("\"6.17\"", "\"6.18\"", StringComparison.Ordinal)))).Out).RootElement;

        string?[] rules =
            [.. report.GetProperty("explanations").EnumerateArray().Select(e => e.GetProperty("rule").GetString())];
        Assert.Equal("as 6.18 leaves it where the boot CPU may not split blocks live", rules[0]);
        Assert.Contains("as 6.17 makes it", rules);
    }
}
