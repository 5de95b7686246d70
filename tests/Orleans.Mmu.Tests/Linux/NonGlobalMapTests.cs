using Orleans.Mmu.Arm.Tables;
using Orleans.Mmu.Linux.Boot;
using Orleans.Mmu.Linux.Capabilities;
using Orleans.Mmu.Linux.Changes;
using Orleans.Mmu.Linux.Machines;
using Orleans.Mmu.Linux.Maps;
using Orleans.Mmu.Linux.Ptdump;
using Orleans.Mmu.Linux.RunningKernel;

namespace Orleans.Mmu.Tests.Linux;

/// <summary>Maps whose leaves carry nG, from the start or by the rewrite.</summary>
public sealed class NonGlobalMapTests
{
    private const string V3 = TestMachine.Listed;
    private const string N1 = TestMachine.Unlisted;

    public static TheoryData<string, string, string, BootMode> Machines => new()
    {
        { "6.12", "4K", N1, BootMode.Page },
        { "6.18", "4K", V3, BootMode.Block },
        { "6.18", "16K", V3 + "," + N1, BootMode.Repaint },
        { "7.1", "64K", V3, BootMode.Block },
        { "7.3", "4K", V3 + "," + N1, BootMode.Repaint },
        { "7.3", "4K", N1, BootMode.Page },
    };

    [Theory]
    [MemberData(nameof(Machines))]
    public void The_rewrite_sets_one_bit_in_every_valid_entry_and_counts_them(
        string version, string pageSize, string cpus, BootMode mode)
    {
        var boot = LinearMapBoot.Of(Describe(version, pageSize, cpus, "kpti=on", kaslr: false));
        Assert.Equal((mode, true), (boot.Mode, boot.Isolation.Rewrites));

        boot.Painter.MakeNotGlobal(boot.Repainted, out long stored);

        var before = Words(boot.Repainted, boot);
        Assert.All(before, w => Assert.Equal(0ul, w & 1ul << 11));
        Assert.Equal(before.Select(w => w | 1ul << 11), Words(boot.Isolated, boot));
        Assert.Equal(before.Count, stored);
    }

    [Theory]
    [MemberData(nameof(Machines))]
    public void Leaves_are_the_same_from_the_start_and_rewritten(
        string version, string pageSize, string cpus, BootMode mode)
    {
        var rewritten = LinearMapBoot.Of(Describe(version, pageSize, cpus, "kpti=on", kaslr: false));
        var fromStart = LinearMapBoot.Of(
            Describe(version, pageSize, cpus, "", kaslr: true, config: "\"ARM64_E0PD\": false"));

        Assert.Equal(mode, fromStart.Mode);
        Assert.True(fromStart.Isolation.NotGlobalFromStart);
        Assert.Equal(Ptdump(rewritten.Final, rewritten), Ptdump(fromStart.Final, fromStart));
        Assert.DoesNotContain(
            Ptdump(fromStart.Final, fromStart).Where(l => l.Contains("SHD", StringComparison.Ordinal)),
            l => !l.Contains(" NG ", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Machines))]
    public void But_for_that_bit_the_map_is_the_global_one(string version, string pageSize, string cpus, BootMode mode)
    {
        var isolated = LinearMapBoot.Of(Describe(version, pageSize, cpus, "kpti=on", kaslr: false));
        var global = LinearMapBoot.Of(Describe(version, pageSize, cpus, "kpti=off", kaslr: false));

        Assert.Equal(mode, global.Mode);
        Assert.Equal(Words(global.Final, global).Select(w => w | 1ul << 11), Words(isolated.Final, isolated).Select(
            w => w | 1ul << 11));
    }

    [Theory]
    [InlineData("6.18")]
    [InlineData("7.3")]
    public void A_page_that_was_invalid_is_non_global_again(string version)
    {
        var machine = Describe(version, "4K", V3, "kpti=on", kaslr: false);
        var boot = LinearMapBoot.Of(machine);
        string page = boot.Painter.Layout.ToVirtual(new(0x6000_0000)).ToString();

        var rows = Ptdump(Change(boot, $"set_memory_invalid {page} 1\nset_memory_valid {page} 1\n"
            + $"set_direct_map_invalid {page} 1\nset_direct_map_default {page} 1"), boot);

        Assert.DoesNotContain(rows.Where(l => l.Contains("SHD", StringComparison.Ordinal)),
            l => !l.Contains(" NG ", StringComparison.Ordinal));
        Assert.DoesNotContain(rows.Where(l => string.CompareOrdinal(l, page) > 0),
            l => l.Contains(" F ", StringComparison.Ordinal));
    }

    private static TableSnapshot Change(LinearMapBoot boot, string text) => ChangedMap.Apply(
        KernelContext.AfterBoot(boot.Machine, boot.Painter), boot.Final,
        ChangesFile.Parse("c", new StringReader(text), boot.Machine), (_, warning) => Assert.Fail(warning),
        CancellationToken.None);

    private static List<string> Ptdump(TableSnapshot tables, LinearMapBoot boot) =>
        [.. PtdumpText.Lines(new KernelMap(tables, boot.Painter.Swapper, MapRange.Linear), boot.Machine.Rules.Version)];

    // Every valid word below swapper_pg_dir.
    private static List<ulong> Words(TableSnapshot tables, LinearMapBoot boot) =>
        [.. LeafEnumeration.Tables(tables.Root(boot.Painter.Swapper)!)
            .SelectMany(t => Enumerable.Range(0, t.Count).Select(i => t[i]))
            .Where(w => w.IsValid).Select(w => w.Bits)];

    private static MachineDescription Describe(
        string version, string pageSize, string cpus, string commandLine, bool kaslr, string config = "") =>
        new TestMachine
        {
            Version = version,
            PageSize = pageSize,
            VaBits = 48,
            Kaslr = kaslr,
            CommandLine = commandLine,
            Config = config,
            Cpus = cpus.Split(','),
        }.Describe();
}
