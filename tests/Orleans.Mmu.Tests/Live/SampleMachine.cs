using Orleans.Mmu.Interfaces.Reports;
using Orleans.Mmu.Tests.Client;
using Orleans.Mmu.Viewer.Live;

namespace Orleans.Mmu.Tests.Live;

/// <summary>What a page can see of a machine, made by hand.</summary>
internal static class SampleMachine
{
    /// <summary>A boot whose run has parked some of its CPUs.</summary>
    /// <param name="waiting">CPUs that wait for the flag, of 191.</param>
    public static MachineSight Booting(int waiting) => new MachineSight.Booting(new()
    {
        Entry = new()
        {
            Key = "sample-1",
            Machine = "sample",
            Cpus = 192,
            Outcome = MachineOutcome.Booting,
            Began = DateTimeOffset.UnixEpoch,
            Changed = DateTimeOffset.UnixEpoch,
            Silo = "127.0.0.1:11111",
            Epoch = 1,
        },
        Protocol = "spin",
        Seed = 7,
        TakenUp = 0,
        Progress = new("spin: park", waiting, 191)
        {
            Run = new(191, waiting, 1025, 12, 6, [.. SampleReports.Spin.Violations.Take(RunCourse.MostShown)])
            {
                Parked = [.. Enumerable.Range(1, waiting)],
            },
        },
        RunPhase = "Gathering",
        RunEpoch = 1,
        Log = ["[    0.000000] Booting Linux"],
    });

    /// <summary>A boot that the silo does not begin.</summary>
    public static MachineSight Refused { get; } = new MachineSight.Refused(
        new(new("sample", "{}"), "spin", 7, false, false), "too many boots wait");
}
