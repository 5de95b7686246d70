using System.Collections.Immutable;

namespace Orleans.Mmu.Linux.Protocols;

/// <summary>The ways to repaint the linear map that were merged, proposed or discussed.</summary>
public static class RepaintProtocols
{
    // cpu_install_idmap(): reserved TTBR0, local_flush_tlb_all(), the idmap's T0SZ, idmap_pg_dir.
    private static readonly ImmutableArray<Step> InstallIdmap =
    [
        WriteTtbr0.To(RootTable.Reserved), Isb.Instance, Tlbi.Local, Dsb.Nsh, Isb.Instance,
        SetT0sz.Idmap, Isb.Instance, WriteTtbr0.To(RootTable.Idmap), Isb.Instance, EnterIdmap.Instance,
    ];

    // cpu_uninstall_idmap(): executes kernel text again and undoes the steps above.
    private static readonly ImmutableArray<Step> UninstallIdmap =
    [
        LeaveIdmap.Instance, WriteTtbr0.To(RootTable.Reserved), Isb.Instance, Tlbi.Local, Dsb.Nsh, Isb.Instance,
        SetT0sz.Default, Isb.Instance,
    ];

    // wait_linear_map_split_to_ptes up to the increment: after the DSB and ISB, no entry of swapper remains or can be
    // fetched.
    private static readonly ImmutableArray<Step> ReserveTtbr1 =
        [WriteTtbr1.To(RootTable.Reserved), Isb.Instance, Tlbi.Local, Dsb.Nsh, Isb.Instance];

    // flush_tlb_kernel_range() over so large a range becomes flush_tlb_all().
    private static readonly ImmutableArray<Step> SplitAndFlush =
    [
        SplitToPages.BelowText, SplitToPages.AboveRodata,
        Dsb.Ishst, Tlbi.Broadcast, Dsb.Ish, Isb.Instance,
    ];

    private static readonly Phase Announce = new("announce", Role.BootCpu, [RaiseFlag.Instance]);

    private static readonly Phase Repaint =
        new("repaint", Role.BootCpu, [AwaitAll.Instance, .. SplitAndFlush, ClearFlag.Instance]);

    /// <summary>The merged protocol.</summary>
    public static Protocol IdmapReserved { get; } = new(
        "idmap-reserved",
        "secondaries wait in the idmap with the reserved table in TTBR1",
        "Ryan Roberts' proposal; merged in 6.18",
        [
            Announce,
            new("park", Role.Secondaries, [.. InstallIdmap, .. ReserveTtbr1, CountIn.Instance]),
            Repaint,
            new("resume", Role.Secondaries,
                [AwaitRelease.Instance, WriteTtbr1.To(RootTable.Swapper), Isb.Instance, .. UninstallIdmap]),
        ]);

    /// <summary>All protocols, the merged one first.</summary>
    public static IReadOnlyList<Protocol> All { get; } =
    [
        IdmapReserved,
        new("idmap-only",
            "secondaries wait in the idmap, TTBR1 still shows the map",
            "Yang Shi's second proposal; refused",
            [
                Announce,
                new("park", Role.Secondaries, [.. InstallIdmap, CountIn.Instance]),
                Repaint,
                new("resume", Role.Secondaries, [AwaitRelease.Instance, .. UninstallIdmap]),
            ]),
        new("spin",
            "secondaries spin in kernel text inside stop_machine()",
            "Yang Shi's first proposal; refused",
            [
                Announce,
                new("park", Role.Secondaries, [CountIn.Instance]),
                Repaint,
                new("resume", Role.Secondaries, [AwaitRelease.Instance]),
            ]),
        new("live",
            "no CPU is stopped while the boot CPU splits",
            "what a machine of level-2 CPUs without aborts may do",
            [new("repaint", Role.BootCpu, SplitAndFlush)]),
        new("reserved-on-stack",
            "idmap-reserved, but the waiting code uses its stack",
            "the merged protocol with the mistake that its assembly avoids",
            [
                Announce,
                new("park", Role.Secondaries, [.. InstallIdmap, .. ReserveTtbr1, CountIn.Instance]),
                Repaint,
                new("resume", Role.Secondaries,
                    [TouchStack.Instance, AwaitRelease.Instance, WriteTtbr1.To(RootTable.Swapper), Isb.Instance,
                        .. UninstallIdmap]),
            ]),
    ];

    /// <summary>live, checked for a machine whose every CPU may split live.</summary>
    public static Protocol LiveOnLevel2 { get; } = All.Single(p => p.Name == "live") with
    {
        Name = "live-level2",
        Summary = "live, where every CPU is of level 2 and never aborts",
        Origin = "the cover letter's first claim; merged",
    };

    /// <summary>The merged protocol, checked for a boot CPU that may not split live.</summary>
    public static Protocol BootCpuLevel0 { get; } = IdmapReserved with
    {
        Name = "boot-cpu-level0",
        Summary = "idmap-reserved where the boot CPU is of level 0 and edits its live map",
        Origin = "what the boot CPU's capability check keeps from happening",
    };

    /// <summary>The protocol with a name, or null.</summary>
    public static Protocol? Find(string name) => All.FirstOrDefault(p => p.Name == name);
}
