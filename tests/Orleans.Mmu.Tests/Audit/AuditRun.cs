using System.Text;
using System.Text.Json;
using Orleans.Mmu.Tests.Arm;
using Orleans.Mmu.Tests.Client;

namespace Orleans.Mmu.Tests.Audit;

/// <summary>Files of one test, and mmu audit on them.</summary>
internal sealed class AuditRun : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("mmu");

    /// <summary>The registers that <see cref="MadeMap"/> needs, with Linux's MAIR_EL1.</summary>
    public const string Registers = DumpBytes.Registers + "cpu0 MAIR_EL1 = 0x000000040044ffff\n";

    public void Dispose() => _directory.Delete(recursive: true);

    public string Save(string name, byte[] bytes)
    {
        string path = Path.Combine(_directory.FullName, name);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    public string Save(string name, string text) => Save(name, Encoding.UTF8.GetBytes(text));

    /// <summary>Runs the verb.</summary>
    public static Task<CommandRun> OfAsync(params string[] arguments) =>
        CommandRun.WithoutSiloAsync(["audit", .. arguments]);

    /// <summary>The findings of a map, as "rule start end".</summary>
    public async Task<string[]> FindingsAsync(MadeMap map) =>
        Findings(await OfAsync(Save("t.bin", map.ToTables()), "--registers", Save("r.txt", Registers), "--json"));

    /// <summary>The findings of a ptdump, as "rule start end".</summary>
    public async Task<string[]> FindingsAsync(string ptdump) =>
        Findings(await OfAsync(Save("p.txt", ptdump), "--json"));

    /// <summary>The findings that a run printed; the exit code must agree.</summary>
    public static string[] Findings(CommandRun run)
    {
        Assert.Equal("", run.Error);
        string[] findings = [.. JsonDocument.Parse(run.Out).RootElement.GetProperty("findings").EnumerateArray().Select(
            f => $"{f.GetProperty("rule")} {f.GetProperty("start")} {f.GetProperty("end")}")];
        Assert.Equal(findings.Length > 0 ? 3 : 0, run.Code);
        return findings;
    }

    /// <summary>A run that must be refused in one line with these words.</summary>
    public static void IsRefused(CommandRun run, string words)
    {
        Assert.Equal((1, ""), (run.Code, run.Out));
        Assert.Contains(words, run.Error, StringComparison.Ordinal);
        Assert.Single(run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }
}
