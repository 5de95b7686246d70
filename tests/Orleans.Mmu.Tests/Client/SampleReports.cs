using Orleans.Mmu.Interfaces.Cpus;
using Orleans.Mmu.Interfaces.Machines;
using Orleans.Mmu.Interfaces.Reports;
using Orleans.Mmu.Linux.Protocols;

namespace Orleans.Mmu.Tests.Client;

/// <summary>Reports made by hand, small enough to read their renderings.</summary>
internal static class SampleReports
{
    /// <summary>Four CPUs, two of which see a conflict while they spin.</summary>
    public static BootReport Spin { get; } = new()
    {
        Machine = "sample",
        Mode = "repaint",
        Why = "CPU 0 (Neoverse-V3 r0p2) is on 6.18's list, CPU 2 (Neoverse-N1 r4p1) is not on 6.18's list (nor is 1 "
            + "more CPU): large leaves first, then a repaint to pages, because rodata=on changes permissions of "
            + "single pages",
        Protocol = "spin",
        Seed = 7,
        Outcome = MachineOutcome.Online,
        SystemSplitsLive = false,
        Cpus = [Cpu(0, true), Cpu(1, true), Cpu(2, false), Cpu(3, false)
            with { State = CpuRunState.Parked, Ttbr1 = "reserved_pg_dir" }],
        Before = new([Leaves("1G", 2), Leaves("2M+CONT", 16), Leaves("2M", 1007), Leaves("4K", 512)],
            [Tables(0, 1), Tables(1, 1), Tables(2, 2), Tables(3, 1)], 5 * 4096),
        After = new(
            [Leaves("4K", 1_048_576)], [Tables(0, 1), Tables(1, 1), Tables(2, 4), Tables(3, 2048)], 2054 * 4096),
        Repaint = new(3, 1025, 1_234_000_000, true, 1),
        SimulatedMilliseconds = 142,
        Violations =
        [
            new("tlb-conflict", 2, 0xffff000080000000,
                "CPU 2 (Neoverse-N1, BBM level 0) holds a 2M block and a 4K page for 0xffff000080000000",
                ["entry 1: a 2M block", "         walked before the protocol began",
                "R_FVQCK: an access may take a TLB conflict abort, or use an amalgamation of both"]),
            new("tlb-conflict", 3, 0xffff000080200000,
                "CPU 3 (Neoverse-N1, BBM level 0) holds a 2M block and a 4K page for 0xffff000080200000", []),
            new("kernel-panic", null, null, "no memory for tables; text with <markup>, [brackets] and \u001b[31m", []),
        ],
        Log = ["[    0.000000] Booting Linux on physical CPU 0x0000000000 [0x410fd842]",
            "[    0.012345] CPU features: detected: BBM Level 3"],
        Trace =
        [
            new(0, "flag = 1; smp_mb", "announce", At(0), At(0.05)),
            new(1, "flag += 1", "park", At(25.05), At(0.04)),
            new(2, "flag += 1", "park", At(25.05), At(0.08)),
            new(3, "flag += 1", "park", At(25.05), At(0.12)),
            new(0, "wait flag == num_online_cpus", "repaint", At(25.17), At(0.01)),
            new(0, "split [PAGE_OFFSET, lm_alias(_stext)) (1 blocks)", "repaint", At(25.18), At(0.86)),
            new(0, "split [PAGE_OFFSET, lm_alias(_stext)) (341 blocks)", "repaint", At(26.04), At(294)),
            new(0, "dsb ishst", "repaint", At(320.04), At(0.04)),
            new(0, "tlbi vmalle1is", "repaint", At(320.08), At(0.35)),
            new(0, "flag = 0", "repaint", At(320.43), At(0.01)),
            new(1, "wfe until flag == 0", "resume", At(320.44), At(0.04)),
            new(2, "wfe until flag == 0", "resume", At(320.44), At(0.08)),
        ],
    };

    /// <summary>A machine on which nothing had to be done.</summary>
    public static BootReport Quiet { get; } = Spin with
    {
        Mode = "block",
        Why = "nothing changes permissions of single pages: large leaves, which stay",
        Protocol = "idmap-reserved",
        SystemSplitsLive = true,
        Cpus = [.. Enumerable.Range(0, 4).Select(id => Cpu(id, true))],
        After = Spin.Before,
        Repaint = null,
        Violations = [],
        Trace = [],
    };

    /// <summary>A large machine, where a protocol that stops no CPU ran and a CPU was lost.</summary>
    public static BootReport Large { get; } = Spin with
    {
        Protocol = "live",
        Outcome = MachineOutcome.RendezvousTimeout,
        Cpus = [.. Enumerable.Range(0, 192).Select(
            id => Cpu(id, id < 191) with { TlbEntries = id, State = id == 5 ? CpuRunState.Dead : CpuRunState.Online })],
        Repaint = new(0, 131_072, 2_345_678_000_000, false, 3),
        Violations = [.. Enumerable.Range(0, 12).Select(i => new ViolationReport(
            i < 10 ? "tlb-conflict" : "unexpected-fault", 100 + i, 0xffff000000000000, $"violation {i}", ["why"]))],
    };

    // Microseconds of model time as picoseconds.
    private static long At(double microseconds) => (long)Math.Round(microseconds * 1e6);

    private static CpuReport Cpu(int id, bool listed) => new()
    {
        Id = id,
        Midr = listed ? 0x410fd842u : 0x414fd0c1u,
        Core = listed ? "Neoverse-V3" : "Neoverse-N1",
        BbmLevel = listed ? 3 : 0,
        BbmIsAssumed = false,
        SplitsLive = listed,
        State = CpuRunState.Online,
        Ttbr1 = "swapper_pg_dir",
        TlbEntries = 17,
    };

    private static KeyValuePair<string, long> Leaves(string size, long count) => new(size, count);

    private static KeyValuePair<int, long> Tables(int level, long count) => new(level, count);
}
