using System.Collections.Immutable;
using Orleans.Mmu.Arm.BreakBeforeMake;
using Orleans.Mmu.Checking.Protocols;
using Orleans.Mmu.Checking.Refinement;
using Orleans.Mmu.Checking.Toy;
using Orleans.Mmu.Interfaces.Machines;
using Orleans.Mmu.Linux.ProtocolFiles;
using Orleans.Mmu.Tests.Client;

namespace Orleans.Mmu.Tests.Boot;

/// <summary>Protocols that users write, performed by grains.</summary>
[Collection(nameof(OneSilo))]
public sealed class ProtocolFileBootTests(OneSilo lab)
{
    private static readonly ImmutableArray<BbmLevel> Asymmetric = [BbmLevel.Level2NoAbort, BbmLevel.Level0];

    private static CheckedProtocol Example { get; } = CheckedProtocols.Parse(
        "early-release.protocol",
        File.ReadAllText(Path.Combine(Repository.Root, "docs", "examples", "early-release.protocol")));

    [Fact]
    public async Task Secondaries_that_are_released_too_early_meet_a_conflict()
    {
        var report = await BootAsync("early-release", Example.File.Text, Lab.Small("asymmetric"), 1);

        Assert.Equal(("repaint", "early-release"), (report.Report!.Mode, report.Report.Protocol));
        Assert.Contains(report.Report.Violations, v => v.Rule == "tlb-conflict");
    }

    [Fact]
    public async Task A_test_boots_with_the_text_of_a_protocol_file()
    {
        var (_, report) = await lab.Boot(Lab.Small("asymmetric"), Example.File.Text, 1);

        Assert.Equal("early-release", report.Protocol);
        Assert.Contains(report.Violations, v => v.Rule == "tlb-conflict");
        var refused = await Assert.ThrowsAsync<ArgumentException>(
            () => lab.Boot(Lab.Small("asymmetric"), Example.File.Text.Replace("wfe", "wfx"), 1));
        Assert.Matches("^protocol:[0-9]+: expected ", refused.Message);
    }

    // A CPU on the reserved table that did not flush walks on from its cached table entries, and every seed finds it.
    [Fact]
    public async Task Secondaries_that_keep_their_TLB_meet_a_conflict_and_every_event_is_a_step()
    {
        var unflushed = CheckedProtocols.Parse("unflushed.protocol", WithoutFlush());
        var machine = ToyMachine.Of([.. Enumerable.Range(0, 3).Select(i => Asymmetric[Math.Min(i, 1)])]);
        for (long seed = 1; seed <= 10; seed++)
        {
            var report = (await BootAsync("unflushed", unflushed.File.Text, machine.Text, seed)).Report!;
            Assert.Contains(report.Violations, v => v.Rule == "tlb-conflict");
            var refinement = new RunRefinement(unflushed, 3, Asymmetric);
            foreach (var happened in report.Recorded)
            {
                string? wrong = refinement.Accept(happened);
                Assert.True(wrong is null, $"seed {seed}: {wrong}");
            }
        }
    }

    [Fact]
    public async Task A_CPU_that_keeps_the_size_of_the_idmap_is_audited()
    {
        string text = BuiltInProtocols.Find("idmap-reserved")!.Text
            .Replace("protocol idmap-reserved", "protocol size-kept", StringComparison.Ordinal)
            .Replace("msr tcr_el1, default_t0sz", "", StringComparison.Ordinal);

        var report = (await BootAsync("size-kept", text, Lab.Small("asymmetric"), 1)).Report!;

        Assert.NotEmpty(report.Violations);
        Assert.All(report.Violations, v => Assert.Equal("idmap-left-behind", v.Rule));
    }

    // idmap-reserved without the flush between the reserved table and the count.
    private static string WithoutFlush()
    {
        string text = BuiltInProtocols.Find("idmap-reserved")!.Text
            .Replace("protocol idmap-reserved", "protocol unflushed", StringComparison.Ordinal);
        int reserved = text.IndexOf("msr ttbr1_el1, reserved_pg_dir", StringComparison.Ordinal);
        int flush = text.IndexOf("tlbi vmalle1", reserved, StringComparison.Ordinal);
        return text.Remove(flush, "tlbi vmalle1".Length);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public async Task Every_event_is_a_step_and_every_TLB_inside_its_may_set(int cpus)
    {
        var machine = ToyMachine.Of([.. Enumerable.Range(0, cpus).Select(i => Asymmetric[Math.Min(i, 1)])]);
        for (long seed = 1; seed <= 25; seed++)
        {
            var answer = await BootAsync("early-release", Example.File.Text, machine.Text, seed);
            var refinement = new RunRefinement(Example, cpus, Asymmetric);
            foreach (var happened in answer.Report!.Recorded)
            {
                string? wrong = refinement.Accept(happened);
                Assert.True(wrong is null, $"seed {seed}: {wrong}");
            }

            Assert.True(refinement.IsFinished, $"seed {seed}: the run ended before its programs did");
        }
    }

    [Fact]
    public async Task A_renamed_copy_does_what_the_built_in_protocol_does()
    {
        string copy = BuiltInProtocols.Find("idmap-reserved")!.Text
            .Replace("protocol idmap-reserved", "protocol copy", StringComparison.Ordinal);

        var mine = (await BootAsync("copy", copy, Lab.Small("asymmetric"), 3)).Report!;
        var known = (await BootAsync("idmap-reserved", null, Lab.Small("asymmetric"), 3)).Report!;

        Assert.Empty(mine.Violations);
        Assert.Equal(known.Log.Select(l => l.Replace("idmap-reserved", "copy", StringComparison.Ordinal)), mine.Log);
        Assert.Equal(known.Recorded.Select(e => (e.Cpu, e.Text)), mine.Recorded.Select(e => (e.Cpu, e.Text)));
    }

    [Theory]
    [InlineData("early-release", "isb", "the protocol's file:1: expected a phase before its steps")]
    [InlineData("another", null, "protocol: expected the name of the request, found \"early-release\"")]
    [InlineData("spin", "spin", "expected a name that no built-in protocol has, found \"spin\" with other contents")]
    [InlineData("hot-remove", "hot-remove", "expected the map repaint")]
    public async Task A_silo_trusts_no_text(string name, string? file, string message)
    {
        string text = file switch
        {
            null => Example.File.Text,
            "spin" => Example.File.Text.Replace("early-release", "spin", StringComparison.Ordinal),
            "hot-remove" => BuiltInProtocols.TextOf(file)!,
            _ => file,
        };

        var answer = await BootAsync(name, text, Lab.Small("asymmetric"), 1);

        Assert.Null(answer.Report);
        Assert.Contains(message, answer.InputError, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_counterexample_of_a_file_is_replayed_with_its_text()
    {
        string file = Path.Combine(Directory.CreateTempSubdirectory("mmu").FullName, "race.json");
        var check = await CommandRun.WithoutSiloAsync("check", Path.Combine(Repository.Root, "docs", "examples",
            "early-release.protocol"), "--cpus", "2", "--cnp", "off", "--json");
        await File.WriteAllTextAsync(file, check.Out);

        var boot = await CommandRun.WithGrainsAsync(lab.Grains, "boot", "--replay", file);
        await File.WriteAllTextAsync(
            file, check.Out.Replace("map      repaint", "map      split", StringComparison.Ordinal));
        var other = await CommandRun.WithoutSiloAsync("boot", "--replay", file);

        Assert.Equal((3, ""), (boot.Code, boot.Error.Contains("expected", StringComparison.Ordinal) ? boot.Error : ""));
        Assert.Contains("tlb-conflict", boot.Out, StringComparison.Ordinal);
        Assert.Equal(1, other.Code);
        Assert.Contains("protocolFile: expected the map repaint", other.Error, StringComparison.Ordinal);
    }

    private async Task<BootAnswer> BootAsync(string protocol, string? file, string machine, long seed) =>
        await lab.Grains.GetGrain<IMachineGrain>($"file-{Guid.NewGuid():N}").Boot(
            new BootRequest(new("test", machine), protocol, seed, ForceRepaint: false, Trace: false)
            {
                Record = true,
                ProtocolFile = file,
            }, CancellationToken.None);
}
