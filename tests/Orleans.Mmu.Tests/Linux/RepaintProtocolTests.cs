using Orleans.Mmu.Linux.LinearMap;
using Orleans.Mmu.Linux.ProtocolFiles;
using Orleans.Mmu.Linux.Protocols;

namespace Orleans.Mmu.Tests.Linux;

/// <summary>The protocols as lists: the merged one step for step, all of them in good form.</summary>
public class RepaintProtocolTests
{
    public static TheoryData<string> Names => [.. RepaintProtocols.All.Select(p => p.Name)];

    [Fact]
    public void The_merged_dance_is_what_the_kernel_does_in_its_order() => Assert.Equal(
    [
        "announce by BootCpu",
        "flag = 1; smp_mb",
        "park by Secondaries",
        // cpu_install_idmap()
        "msr ttbr0_el1, reserved_pg_dir", "isb",
        "tlbi vmalle1", "dsb nsh", "isb",
        "msr tcr_el1, idmap_t0sz", "isb",
        "msr ttbr0_el1, idmap_pg_dir", "isb",
        // wait_linear_map_split_to_ptes
        "br wait_linear_map_split_to_ptes",
        "msr ttbr1_el1, reserved_pg_dir", "isb",
        "tlbi vmalle1", "dsb nsh", "isb",
        "flag += 1",
        "repaint by BootCpu",
        "wait flag == num_online_cpus",
        "split [PAGE_OFFSET, lm_alias(_stext))",
        "split [lm_alias(__init_begin), PAGE_END)",
        // flush_tlb_kernel_range()
        "dsb ishst", "tlbi vmalle1is", "dsb ish", "isb",
        "flag = 0",
        "resume by Secondaries",
        "wfe until flag == 0",
        "msr ttbr1_el1, swapper_pg_dir", "isb",
        "ret",
        // cpu_uninstall_idmap()
        "msr ttbr0_el1, reserved_pg_dir", "isb",
        "tlbi vmalle1", "dsb nsh", "isb",
        "msr tcr_el1, default_t0sz", "isb",
    ], RepaintProtocols.IdmapReserved.Phases.SelectMany(
        p => new[] { $"{p.Name} by {p.Role}" }.Concat(p.Steps.Select(s => s.Text))));

    [Theory]
    [MemberData(nameof(Names))]
    public void A_protocol_is_found_by_its_name_and_says_where_it_comes_from(string name)
    {
        var protocol = RepaintProtocols.Find(name)!;

        Assert.Equal(name, protocol.Name);
        Assert.NotEmpty(protocol.Summary);
        Assert.NotEmpty(protocol.Origin);
        Assert.Null(RepaintProtocols.Find(name.ToUpperInvariant()));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_boot_cpu_waits_for_all_after_they_can_count_and_releases_them_after_the_flush(string name)
    {
        var steps = Steps(name);
        if (!RepaintProtocols.Find(name)!.StopsMachine)
        {
            Assert.DoesNotContain(steps, s => s.Step is RaiseFlag or CountIn or AwaitAll or ClearFlag or AwaitRelease);
            return;
        }

        int raise = Only<RaiseFlag>(steps, Role.BootCpu), count = Only<CountIn>(steps, Role.Secondaries), all =
            Only<AwaitAll>(steps, Role.BootCpu);
        int clear = Only<ClearFlag>(steps, Role.BootCpu), release = Only<AwaitRelease>(steps, Role.Secondaries);
        Assert.Equal([raise, count, all, clear, release], new[] { raise, count, all, clear, release }.Order());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Both_ranges_are_split_and_then_flushed_everywhere(string name)
    {
        var boot = Steps(name).Where(s => s.Role == Role.BootCpu).Select(s => s.Step).ToList();

        int last = boot.FindLastIndex(s => s is SplitToPages);
        Assert.Equal(
            [RepaintRange.BelowText, RepaintRange.AboveRodata], boot.OfType<SplitToPages>().Select(s => s.Range));
        Assert.Equal<Step>([Dsb.Ishst, Tlbi.Broadcast, Dsb.Ish, Isb.Instance], boot.Skip(last + 1).Take(4));
        if (boot.Contains(AwaitAll.Instance))
            Assert.True(boot.IndexOf(AwaitAll.Instance) < boot.FindIndex(s => s is SplitToPages));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Only_the_boot_cpu_changes_tables_and_flag_and_no_secondary_broadcasts(string name) =>
        Assert.DoesNotContain(Steps(name), s => s.Role == Role.Secondaries
            && (s.Step is SplitToPages or RaiseFlag or ClearFlag or AwaitAll || s.Step == Tlbi.Broadcast));

    [Theory]
    [MemberData(nameof(Names))]
    public void Whoever_enters_the_idmap_leaves_it_on_swapper(string name)
    {
        var own = Steps(name).Where(s => s.Role == Role.Secondaries).Select(s => s.Step).ToList();

        Assert.Equal(own.Count(s => s is EnterIdmap), own.Count(s => s is LeaveIdmap));
        Assert.Equal(RootTable.Swapper, own.OfType<WriteTtbr1>().LastOrDefault()?.Root ?? RootTable.Swapper);
        // Every write of TTBR and TCR is synchronized before anything else happens.
        for (int i = 0; i < own.Count; i++)
            Assert.False(IsWrite(own[i]) && !IsWrite(own[i + 1]) && own[i + 1] is not Isb, own[i].Text);

        static bool IsWrite(Step step) => step is WriteTtbr0 or WriteTtbr1 or SetT0sz or SetWalks;
    }

    [Fact]
    public void Names_are_given_once_and_the_merged_protocol_comes_first()
    {
        Assert.Equal(RepaintProtocols.All.Count, RepaintProtocols.All.Select(p => p.Name).Distinct().Count());
        Assert.Same(RepaintProtocols.IdmapReserved, RepaintProtocols.All[0]);
        Assert.Null(RepaintProtocols.Find("hope"));
        Assert.False(RepaintProtocols.Find("live")!.StopsMachine);
    }

    private static IReadOnlyList<(Role Role, Step Step)> Steps(string name) =>
        [.. RepaintProtocols.Find(name)!.Phases.SelectMany(p => p.Steps.Select(s => (p.Role, s)))];

    private static int Only<T>(IReadOnlyList<(Role Role, Step Step)> steps, Role role)
        where T : Step
    {
        var (only, index) = Assert.Single(steps.Select((s, i) => (s, i)), s => s.s.Step is T);
        Assert.Equal(role, only.Role);
        return index;
    }
}
