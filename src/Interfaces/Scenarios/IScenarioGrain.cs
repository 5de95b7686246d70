using System.Collections.Immutable;
using Orleans.Mmu.Interfaces.MachineFiles;
using Orleans.Mmu.Interfaces.Reports;

namespace Orleans.Mmu.Interfaces.Scenarios;

/// <summary>Boots a machine and runs a scenario on it; key: a machine's key that has not booted.</summary>
[GrainInterfaceType("mmu.IScenarioGrain"), Alias("mmu.IScenarioGrain")]
public interface IScenarioGrain : IGrainWithStringKey
{
    [Alias("Run"), ResponseTimeout("00:30:00")]
    Task<ScenarioAnswer> Run(ScenarioRequest request, CancellationToken cancellationToken);

    /// <summary>How far it is.</summary>
    [Alias("GetProgress"), AlwaysInterleave]
    Task<BootProgress> GetProgress(CancellationToken cancellationToken);
}

/// <summary>A scenario of <c>exercise</c> to run on a machine that is online.</summary>
/// <param name="Scenario">Its name.</param>
/// <param name="Seed">Every choice follows from it.</param>
/// <param name="Accesses">Loads and stores of each CPU before and after each call.</param>
/// <param name="LeaveOutFlush">No call flushes: a mistake to be shown.</param>
[GenerateSerializer, Immutable, Alias("mmu.ScenarioRequest")]
public sealed record ScenarioRequest(
    [property: Id(0)] MachineHandle Machine,
    [property: Id(1)] string Scenario,
    [property: Id(2)] long Seed,
    [property: Id(3)] int Accesses,
    [property: Id(4)] bool LeaveOutFlush);

/// <summary>A report, or what is wrong with the request in one line.</summary>
[GenerateSerializer, Immutable, Alias("mmu.ScenarioAnswer")]
public sealed record ScenarioAnswer([property: Id(0)] ScenarioReport? Report, [property: Id(1)] string? InputError);

/// <summary>What a scenario came to.</summary>
/// <param name="Mode">How the machine's map was made.</param>
/// <param name="Calls">Kernel calls performed.</param>
/// <param name="Refused">Those of them that returned an error.</param>
/// <param name="Flushes">TLBI operations that were broadcast.</param>
/// <param name="Accesses">Loads and stores of all CPUs together.</param>
/// <param name="Before">The map as boot left it.</param>
/// <param name="After">The map at the end.</param>
/// <param name="Warnings">What the kernel warned of, each once, with how often.</param>
[GenerateSerializer, Immutable, Alias("mmu.ScenarioReport")]
public sealed record ScenarioReport(
    [property: Id(0)] string Machine,
    [property: Id(1)] string Scenario,
    [property: Id(2)] long Seed,
    [property: Id(3)] string Mode,
    [property: Id(4)] int Cpus,
    [property: Id(5)] long Calls,
    [property: Id(6)] long Refused,
    [property: Id(7)] long Flushes,
    [property: Id(8)] long Accesses,
    [property: Id(9)] MapReport Before,
    [property: Id(10)] MapReport After,
    [property: Id(11)] ImmutableArray<KeyValuePair<string, long>> Warnings,
    [property: Id(12)] ImmutableArray<ViolationReport> Violations);
