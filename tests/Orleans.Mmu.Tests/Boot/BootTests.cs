using Orleans.Mmu.Arm.Tables;
using Orleans.Mmu.Grains.Admission;
using Orleans.Mmu.Interfaces.MachineFiles;
using Orleans.Mmu.Interfaces.Machines;
using Orleans.Mmu.Interfaces.Reports;
using Orleans.Mmu.Interfaces.Tables;
using Orleans.Mmu.Linux.Boot;
using Orleans.Mmu.Linux.MachineFiles;
using Orleans.Mmu.Linux.Maps;
using Orleans.Mmu.Linux.Protocols;
using Orleans.Mmu.Linux.Ptdump;

namespace Orleans.Mmu.Tests.Boot;

/// <summary>Boots whose outcome Linux fixes.</summary>
[Collection(nameof(OneSilo))]
public sealed class BootTests(OneSilo lab)
{
    [Fact]
    public async Task A_late_cpu_without_the_feature_is_refused_with_linuxs_message()
    {
        var (_, report) = await lab.Boot(Lab.Small("late-n1"), "idmap-reserved", 1);
        Assert.Equal("block", report.Mode);
        Assert.True(report.SystemSplitsLive);
        Assert.Equal(CpuRunState.Dead, report.Cpus[4].State);
        Assert.Contains(
            report.Log, l =>
                l.EndsWith("CPU4: Detected conflict for capability HAS_BBML3 (BBM Level 3), System: 1, CPU: 0",
                    StringComparison.Ordinal));
        Assert.Contains(report.Log, l => l.EndsWith("CPU4: will not boot", StringComparison.Ordinal));
        Assert.Equal(
            "CPU 4 (Neoverse-N1 r4p1): came up after boot and may not split live, on which the kernel relies by then",
            BootSentences.Refused(report));
        Assert.Empty(report.Violations);
    }

    [Theory]
    [InlineData("asymmetric", "\"kaslr\": true", "repaint", true)]
    [InlineData("symmetric", "\"kaslr\": true, \"config\": { \"ARM64_E0PD\": false }", "block", false)]
    [InlineData("no-bbml2", "\"kaslr\": true", "page", false)]
    public async Task Leaves_become_non_global_after_the_repaint_or_are_so_from_the_start(
        string builtIn, string keys, string mode, bool rewritten)
    {
        string json = Lab.Small(builtIn)
            .Replace("\"kernel\": {", $"\"kernel\": {{ {keys},", StringComparison.Ordinal);
        var (key, report) = await lab.Boot(json, "idmap-reserved", 1);

        Assert.Equal((mode, true, rewritten),
            (report.Mode, report.Isolation!.NotGlobal, report.Isolation.Rewritten > 0));
        Assert.Empty(report.Violations);
        var log = report.Log.Select(l => l[(l.IndexOf("] ", StringComparison.Ordinal) + 2)..]).ToList();
        Assert.Contains("CPU features: detected: Kernel page table isolation (KPTI)", log);
        int rewrite = log.FindIndex(l => l.StartsWith("mmu: kpti_install_ng_mappings: ", StringComparison.Ordinal));
        Assert.Equal(rewritten, rewrite > log.FindIndex(l => l.Contains("blocks split", StringComparison.Ordinal)));
        // The grains' tables are those that mmu map computes.
        var boot = LinearMapBoot.Of(MachineFile.Parse("test", json));
        var tables = (await lab.Grains.GetGrain<IPageTableGrain>(key).GetTables(0, CancellationToken.None)).Snapshot;
        Assert.Equal(Lines(boot.Final), Lines(tables));

        List<string> Lines(TableSnapshot map) => [.. PtdumpText.Lines(
            new KernelMap(map, boot.Painter.Swapper, MapRange.Linear), boot.Machine.Rules.Version)];
    }

    [Fact]
    public async Task A_late_cpu_that_needs_isolated_tables_is_refused_where_the_system_has_none()
    {
        string json = Lab.Small("no-bbml2").Replace(
            "\"count\": 8 }", "\"count\": 4 }, { \"midr\": \"0x412fd0a0\", \"late\": true }", StringComparison.Ordinal);
        var (_, report) = await lab.Boot(json, "idmap-reserved", 1);
        Assert.Equal(CpuRunState.Dead, report.Cpus[4].State);
        Assert.Contains(report.Log, l => l.EndsWith("CPU4: Detected conflict for capability UNMAP_KERNEL_AT_EL0 ("
            + "Kernel page table isolation (KPTI)), System: 0, CPU: 1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_late_cpu_is_welcome_where_the_system_does_without_the_feature()
    {
        string json = Lab.Small("no-bbml2").Replace(
            "\"count\": 8 }", "\"count\": 4 }, { \"midr\": \"0x410fd0c1\", \"late\": true }", StringComparison.Ordinal);
        var (_, report) = await lab.Boot(json, "idmap-reserved", 1);
        Assert.Equal(CpuRunState.Online, report.Cpus[4].State);
        Assert.Empty(report.Violations);
    }

    [Fact]
    public async Task The_repaint_leaves_blocks_only_in_the_image_alias()
    {
        var (_, report) = await lab.Boot(BuiltInMachines.Find("asymmetric")!, "idmap-reserved", 1);
        Assert.Equal(["2M", "4K+CONT", "4K"], report.After.Leaves.Select(l => l.Key));
        Assert.Equal(18, report.After.Leaves[0].Value);
        Assert.Equal(4L << 30, report.After.Leaves.Sum(l => l.Value * (l.Key == "2M" ? 2L << 20 : 4096)));
        Assert.Equal(["1G", "2M+CONT", "2M", "4K+CONT", "4K"], report.Before.Leaves.Select(l => l.Key));
    }

    [Fact]
    public async Task A_machine_that_was_booted_can_be_attached_to_by_its_key()
    {
        string key = $"attached-{Guid.NewGuid():N}";
        var machine = lab.Grains.GetGrain<IMachineGrain>(key);
        var none = await machine.Attach(CancellationToken.None);
        Assert.Equal($"expected the key of a machine that was booted, found \"{key}\"", none.InputError);
        var request = new BootRequest(new("test", Lab.Small("asymmetric")), "idmap-reserved", 1, false, false);
        var booted = await machine.Boot(request, CancellationToken.None);
        var attached = await machine.Attach(CancellationToken.None);
        Assert.Equal(booted.Report!.Log.ToArray(), attached.Report!.Log.ToArray());
        // Nothing is being done any more: who waits for an answer that was lost asks again.
        Assert.True((await machine.GetProgress(CancellationToken.None)).IsWaiting);
    }

    [Fact]
    public async Task A_boot_that_is_asked_for_twice_happens_once()
    {
        var machine = lab.Grains.GetGrain<IMachineGrain>($"twice-{Guid.NewGuid():N}");
        var request = new BootRequest(new("test", Lab.Small("asymmetric")), "idmap-reserved", 1, false, false);
        var answers = await Task.WhenAll(
            machine.Boot(request, CancellationToken.None), machine.Boot(request, CancellationToken.None));
        Assert.Equal(1, answers[0].Report!.Repaint!.Epoch);
        Assert.Equal(answers[0].Report!.Log.ToArray(), answers[1].Report!.Log.ToArray());
    }

    [Fact]
    public async Task A_silo_refuses_a_machine_that_is_none_in_one_line()
    {
        var answer = await lab.Grains.GetGrain<IMachineGrain>("bad").Boot(
            new(new("bad.json", "{\n \"name\": \"x\",\n \"colour\": 1 }"), "idmap-reserved", 1, false, false),
            CancellationToken.None);
        Assert.Null(answer.Report);
        Assert.Equal(
            "bad.json:3: colour: unknown key; expected $schema, name, kernel, memory, noMap, cpus", answer.InputError);
    }

    [Fact]
    public async Task A_silo_refuses_a_protocol_that_is_none_in_one_line()
    {
        var answer = await lab.Grains.GetGrain<IMachineGrain>("bad-protocol").Boot(
            new(new("x", Lab.Small("symmetric")), "hope", 1, false, false), CancellationToken.None);
        Assert.StartsWith(
            "\"hope\" is no protocol; expected one of idmap-reserved, ", answer.InputError, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_without_a_list_of_events_is_refused_before_anything_is_written()
    {
        var machine = lab.Grains.GetGrain<IMachineGrain>($"no-list-{Guid.NewGuid():N}");
        var request = new BootRequest(new("test", Lab.Small("asymmetric")), "idmap-reserved", 1, false, false);
        var answer = await machine.Boot(request with { Replay = default }, CancellationToken.None);
        Assert.Equal("expected a list of events to replay, which may be empty, found none", answer.InputError);
        Assert.Equal(MachineOutcome.New, await machine.GetOutcome(CancellationToken.None));
    }

    [Fact]
    public void A_key_whose_boot_was_cancelled_boots_no_other_machine()
    {
        var earlier = new MachineHandle("first", Lab.Small("asymmetric"));
        var request = new BootRequest(earlier, "idmap-reserved", 1, false, false);
        Assert.Null(RequestLimits.WhatIsWrongWith("key", request, earlier));
        Assert.Equal(
            "expected the machine whose boot was cancelled under this key (first), found another (use another key)",
            RequestLimits.WhatIsWrongWith(
                "key", request with { Machine = new("second", Lab.Small("symmetric")) }, earlier));
    }

    [Fact]
    public async Task Too_little_memory_for_the_tables_is_a_panic_and_not_a_crash()
    {
        // The image takes all but four pages, and page-mapping what is there needs more tables than that.
        string json = """
            { "name": "tiny", "kernel": { "version": "6.18", "pageSize": "4K", "vaBits": 48,
              "image": { "text": "0x40200000", "stext": "0x40210000", "initBegin": "0x41000000",
                "initEnd": "0x41100000", "bssStop": "0x41200000", "end": "0x41200000" } },
              "memory": [ { "start": "0x40200000", "end": "0x41203000" } ], "cpus": [ { "midr": "0x414fd0c1" } ] }
            """;
        var (_, report) = await lab.Boot(json, "idmap-reserved", 1);
        Assert.Equal(MachineOutcome.Panic, report.Outcome);
        Assert.Equal("kernel-panic", Assert.Single(report.Violations).Rule);
    }
}
