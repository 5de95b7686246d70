using System.Globalization;
using System.Net;
using Orleans.Mmu.Chaos.Processes;
using Orleans.Mmu.Interfaces.Calls;
using Orleans.Mmu.Interfaces.Machines;
using Orleans.Mmu.Linux.MachineFiles;

namespace Orleans.Mmu.Chaos.Memory;

/// <summary>
/// The resident memory of a silo that runs alone: at its start, after it has booted large machines one after another,
/// and after it was idle.
/// </summary>
internal static class MemoryCampaign
{
    private static readonly TimeSpan Silence = TimeSpan.FromMinutes(2);

    /// <summary>Prints the three figures.</summary>
    public static async Task RunAsync(int machines, TimeSpan idle, TextWriter output, CancellationToken token)
    {
        var ports = RedisCluster.FreePorts();
        using var silo = await ChildProcess.StartAsync("dotnet",
        [
            Path.Combine(AppContext.BaseDirectory, "Orleans.Mmu.Silo.dll"), $"--Silo:SiloPort={Text(ports.Silo)}",
            $"--Silo:GatewayPort={Text(ports.Gateway)}", $"--Silo:HttpPort={Text(ports.Http)}",
        ], "silo ready");
        await output.WriteLineAsync($"at the start: {Resident(silo)} MB");
        string json = BuiltInMachines.Find("ampereone-192")!.Replace("\"256G\"", "\"4G\"", StringComparison.Ordinal);
        await using (var client = await ClusterClient.ConnectAsync([new(IPAddress.Loopback, ports.Gateway)]))
        {
            for (int i = 0; i < machines; i++)
            {
                var machine = client.Grains.GetGrain<IMachineGrain>($"memory-{Guid.NewGuid():N}");
                var request = new BootRequest(new("ampereone-192", json), "idmap-reserved", i, false, false);
                var answer = await LongCall.ForAsync(t => machine.Boot(request, t), machine.GetProgress,
                    static _ => Task.CompletedTask, Silence, TimeProvider.System, token);
                if (answer.Report is null)
                    throw new InvalidOperationException(answer.InputError);
            }
        }

        await output.WriteLineAsync($"after {machines} boots: {Resident(silo)} MB");
        await Task.Delay(idle, token);
        await output.WriteLineAsync($"{idle.TotalMinutes:0.#} minutes later: {Resident(silo)} MB");
    }

    private static long Resident(ChildProcess silo) => silo.ResidentBytes >> 20;

    private static string Text(int port) => port.ToString(CultureInfo.InvariantCulture);
}
