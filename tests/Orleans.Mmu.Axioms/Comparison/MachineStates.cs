using System.Diagnostics;
using System.Text.Json;
using Orleans.Mmu.Axioms.Programs;

namespace Orleans.Mmu.Axioms.Comparison;

/// <summary>What <c>mmu litmus --json</c> says of the tests of a folder: the states of each by its name.</summary>
internal static class MachineStates
{
    public static async Task<IReadOnlyDictionary<string, IReadOnlySet<string>>> RunAsync(
        string mmu, string folder, IReadOnlyList<string> options, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(mmu.EndsWith(".dll", StringComparison.Ordinal) ? "dotnet" : mmu)
        {
            RedirectStandardOutput = true,
        };
        if (mmu.EndsWith(".dll", StringComparison.Ordinal))
            start.ArgumentList.Add(mmu);
        foreach (var argument in (string[])["litmus", folder, "--json", .. options])
            start.ArgumentList.Add(argument);
        using var process = Process.Start(start) ?? throw new NotExpressibleException($"cannot start {mmu}");
        var text = await process.StandardOutput.ReadToEndAsync(cancellation);
        await process.WaitForExitAsync(cancellation);
        using var document = JsonDocument.Parse(text);
        return document.RootElement.EnumerateArray().ToDictionary(
            test => test.GetProperty("name").GetString()!,
            test => (IReadOnlySet<string>)test.GetProperty("states").EnumerateArray()
                .Select(state => StateText.Read(state.GetString()!)).ToHashSet(StringComparer.Ordinal));
    }
}
