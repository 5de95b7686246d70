using System.Text.Json;
using Orleans.Mmu.Chaos.Processes;
using Orleans.Mmu.Interfaces.Cpus;
using Orleans.Mmu.Linux.Protocols;

namespace Orleans.Mmu.Chaos.Moments;

/// <summary>
/// The verdict that every boot of the merged protocol has on an undisturbed cluster, whatever its seed: the machine is
/// online after a repaint, and no property is violated.
/// </summary>
internal static class BootVerdict
{
    /// <summary>The command's exit code where no silo answers.</summary>
    public const int TryAgain = 5;

    /// <summary>How what the command mmu printed differs from that; null where it does not.</summary>
    public static string? WhatIsWrongWith(ClientProcess client)
    {
        if (client.Code is not { } code)
            return $"the client waited {client.Took.TotalSeconds:0} s and was ended";
        if (code != 0)
            return $"exit code {code}: {client.Error.Trim()} {Violations(client.Output)}";
        using var report = JsonDocument.Parse(client.Output);
        var root = report.RootElement;
        string outcome = root.GetProperty("outcome").GetString()!;
        string mode = root.GetProperty("mode").GetString()!;
        if ((outcome, mode, root.GetProperty("violations").GetArrayLength()) != ("online", "repaint", 0))
            return $"{outcome} in mode {mode}, violations: {Violations(client.Output)}";
        foreach (var cpu in root.GetProperty("cpus").EnumerateArray())
        {
            if (cpu.GetProperty("state").GetString() is var state and not "online")
                return $"CPU {cpu.GetProperty("id").GetInt32()} is {state} in the report";
        }

        return null;
    }

    /// <summary>How the CPUs that a cluster has now differ from that; null where they do not.</summary>
    public static async Task<string?> WhatIsWrongWithAsync(
        IGrainFactory grains, string machine, int cpus, CancellationToken cancellationToken)
    {
        var seen = await Task.WhenAll(Enumerable.Range(0, cpus).Select(cpu => PatientCall.ForAsync(
            () => grains.GetGrain<ICpuGrain>($"{machine}/{cpu}").GetReport(cancellationToken), cancellationToken)));
        return seen.Where(c => c.State != CpuRunState.Online || c.Ttbr1 != RootSymbol.Of(RootTable.Swapper))
            .Select(c => $"CPU {c.Id} is {c.State} on {c.Ttbr1} after the boot").FirstOrDefault();
    }

    /// <summary>The key of the machine that the command has printed, and how many CPUs it has.</summary>
    public static (string Key, int Cpus) MachineOf(ClientProcess client)
    {
        using var report = JsonDocument.Parse(client.Output);
        return (report.RootElement.GetProperty("key").GetString()!,
            report.RootElement.GetProperty("cpus").GetArrayLength());
    }

    private static string Violations(string output)
    {
        try
        {
            using var report = JsonDocument.Parse(output);
            return report.RootElement.GetProperty("violations").GetRawText();
        }
        catch (JsonException)
        {
            return output;
        }
    }
}
