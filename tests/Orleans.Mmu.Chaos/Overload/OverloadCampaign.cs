using System.Globalization;
using Orleans.Mmu.Chaos.Moments;
using Orleans.Mmu.Client.Laboratories;
using Orleans.Mmu.Grains.Options;
using Orleans.Mmu.Interfaces.Machines;
using Orleans.Mmu.Interfaces.Reports;
using Orleans.Mmu.Linux.MachineFiles;
using Orleans.Mmu.Linux.ProtocolFiles;

namespace Orleans.Mmu.Chaos.Overload;

/// <summary>
/// More boots at once than silos admit: each comes online or is refused with a reason before anything of it has begun,
/// and afterwards the silos take machines as before.
/// </summary>
public static class OverloadCampaign
{
    private const int Silos = 2;
    private const int AtOnce = 2;
    private const int Waiting = 4;

    /// <param name="boots">How many boots begin at once; more than 12, so that some must be refused.</param>
    /// <param name="output">What came of them, and of the boots afterwards.</param>
    /// <returns>Whether everything was as it must be.</returns>
    public static async Task<bool> RunAsync(
        int boots, long seed, TextWriter output, CancellationToken cancellationToken)
    {
        await using var cluster = await MomentCluster.StartAsync(Silos, MachineSpread.Together, true,
            string.Create(CultureInfo.InvariantCulture, $"--Mmu:BootsAtOnce={AtOnce}"),
            string.Create(CultureInfo.InvariantCulture, $"--Mmu:BootsWaiting={Waiting}"));
        bool isWhole = await cluster.MakeWholeAsync();
        string[] results = await Task.WhenAll(
            Enumerable.Range(0, boots).Select(i => BootAsync(cluster.Grains(i % Silos), seed + i, cancellationToken)));
        int online = results.Count(r => r == "online");
        string[] others = [.. results.Where(r => r != "online")];
        string[] wrong = [.. others.Where(r => !r.EndsWith("(try again later)", StringComparison.Ordinal))];
        string[] later = await Task.WhenAll(
            Enumerable.Range(0, Silos).Select(i => BootAsync(cluster.Grains(i), seed, cancellationToken)));
        int active = (await cluster.ActiveAsync(0))?.Length ?? 0;
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
            $"{boots} boots at once on {Silos} silos of which each boots {AtOnce} and lets {Waiting} wait: {online} "
            + $"online, {others.Length - wrong.Length} refused, {wrong.Length} wrong; afterwards: "
            + $"{string.Join(", ", later)}; {active} silos active"));
        foreach (string line in wrong.Distinct())
            await output.WriteLineAsync(line);
        return isWhole && wrong.Length == 0 && online > 0 && others.Length > 0 && active == Silos
            && later.All(r => r == "online");
    }

    private static async Task<string> BootAsync(IGrainFactory grains, long seed, CancellationToken cancellationToken)
    {
        var machine = grains.GetGrain<IMachineGrain>($"overload-{Guid.NewGuid():N}");
        var request = new BootRequest(new("asymmetric", BuiltInMachines.Find("asymmetric")!),
            RepaintProtocols.IdmapReserved.Name, seed, ForceRepaint: false, Trace: false);
        var answer = await LongCallAnswer.OfAsync(
            token => machine.Boot(request, token), machine.GetProgress, cancellationToken);
        return answer switch
        {
            { InputError: { } refusal } => refusal,
            { Report: { Outcome: MachineOutcome.Online, Mode: "repaint", Violations.IsEmpty: true } } => "online",
            _ => $"{answer.Report?.Outcome} with {answer.Report?.Violations.Length} violations",
        };
    }
}
