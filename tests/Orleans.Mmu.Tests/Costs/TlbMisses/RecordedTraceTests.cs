using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Tests.Client;

namespace Orleans.Mmu.Tests.Costs.TlbMisses;

/// <summary>What another program counted on three traces of a real kernel, line for line as it printed it.</summary>
public sealed class RecordedTraceTests
{
    private static readonly string Folder = Path.Combine(Repository.Root, "tests", "traces");

    public static TheoryData<string> Traces =>
        [.. Directory.GetFiles(Folder, "*.ktr.zst").Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Traces))]
    public async Task EveryRowIsEqual(string trace)
    {
        string[] expected = await File.ReadAllLinesAsync(Path.Combine(Folder, "expected.csv"));
        var run = await CommandRun.WithoutSiloAsync(
            "tlb", Path.Combine(Folder, trace), "--tlb", "10/10/512x4,48/48/1280x5,48/96/2048x8", "--map", "4K,64K,2M",
            "--csv");
        Assert.Equal(ExitCode.Done, run.Code);
        string[] rows = [expected[0], .. expected.Where(
            l => l.StartsWith(trace.Replace(".zst", ",", StringComparison.Ordinal), StringComparison.Ordinal))];
        Assert.Equal(10, rows.Length);
        Assert.Equal(rows, run.Out.TrimEnd('\n').Split('\n'));
    }
}
