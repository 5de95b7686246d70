using System.Text.Json;
using Orleans.Mmu.Tests.Client;

namespace Orleans.Mmu.Tests.Audit;

/// <summary>nG of a linear map held against the machine whose kernel should have made it.</summary>
public sealed class NotGlobalAuditTests : IDisposable
{
    private readonly AuditRun _files = new();

    public void Dispose() => _files.Dispose();

    [Theory]
    [InlineData(true, "", true, "nokaslr")]
    [InlineData(true, "nokaslr", true, "")]
    [InlineData(true, "", true, "kpti=off nokaslr")]
    [InlineData(false, "", true, "")]
    [InlineData(true, "kpti=on", true, "kpti=off nokaslr")]
    public async Task Leaves_that_are_global_on_the_wrong_machine_are_explained(
        bool kaslr, string line, bool otherKaslr, string otherLine)
    {
        string map = await MapAsync(Machine(kaslr, line));
        var same = await AuditRun.OfAsync(_files.Save("p.txt", map), "--machine", Machine(kaslr, line));
        var other = await AuditRun.OfAsync(
            _files.Save("p.txt", map), "--machine", Machine(otherKaslr, otherLine), "--json");
        var report = JsonDocument.Parse(other.Out).RootElement;

        Assert.Equal(0, same.Code);
        Assert.Equal(3, other.Code);
        Assert.NotEmpty(report.GetProperty("differences").EnumerateArray());
        Assert.Matches("kpti|kaslr|KASLR", report.GetProperty("explanation").GetString());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_row_that_a_rewrite_left_global_is_a_difference(int row)
    {
        string[] lines = (await MapAsync(Machine(true, ""))).Split('\n');
        int at = Enumerable.Range(0, lines.Length)
            .Where(i => lines[i].Contains(" NG ", StringComparison.Ordinal)
                && !lines[i].Contains(" F ", StringComparison.Ordinal)).ElementAt(row);
        lines[at] = lines[at].Replace(" NG ", "    ", StringComparison.Ordinal);
        var run = await AuditRun.OfAsync(
            _files.Save("p.txt", string.Join('\n', lines)), "--machine", Machine(true, ""), "--json");
        var report = JsonDocument.Parse(run.Out).RootElement;

        Assert.Equal(3, run.Code);
        var difference = Assert.Single(report.GetProperty("differences").EnumerateArray());
        Assert.Contains(" NG ", difference.GetProperty("expected").GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain(" NG ", difference.GetProperty("found").GetString(), StringComparison.Ordinal);
        Assert.Contains(report.GetProperty("notes").EnumerateArray(),
            n => n.GetString()!.Contains("of the linear map are global", StringComparison.Ordinal));
    }

    private static async Task<string> MapAsync(string machine)
    {
        var run = await CommandRun.WithoutSiloAsync("map", machine, "--format", "ptdump");
        Assert.Equal(0, run.Code);
        return run.Out;
    }

    // A Neoverse-N1, which has CSV3 and no E0PD.
    private string Machine(bool kaslr, string line) => _files.Save("m.json", $$"""
        {
          "name": "m",
          "kernel": {
            "version": "7.3", "pageSize": "4K", "vaBits": 48, "commandLine": "{{line}}",
            "image": {
              "text": "0x40200000", "stext": "0x40210000", "initBegin": "0x42390000", "initEnd": "0x42720000",
              "bssStop": "0x42c9a730", "end": "0x42cb0000"
            },
            "kaslr": {{(kaslr ? "true" : "false")}}
          },
          "memory": [ { "start": "0x40000000", "size": "1G" } ],
          "cpus": [ { "midr": "0x414fd0c1" } ]
        }
        """);
}
