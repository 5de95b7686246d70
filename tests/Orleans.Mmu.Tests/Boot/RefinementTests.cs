using System.Collections.Immutable;
using Orleans.Mmu.Arm.BreakBeforeMake;
using Orleans.Mmu.Checking.Protocols;
using Orleans.Mmu.Checking.Refinement;
using Orleans.Mmu.Checking.Toy;
using Orleans.Mmu.Interfaces.Machines;
using Orleans.Mmu.Linux.ProtocolFiles;
using Orleans.Mmu.Speculation.Recording;

namespace Orleans.Mmu.Tests.Boot;

/// <summary>
/// What grains do is what the checker's machine allows: every event of a run is a step there, every TLB entry is in the
/// may-set. And a run with a mistake in it is told from one without.
/// </summary>
[Collection(nameof(OneSilo))]
public sealed class RefinementTests(OneSilo lab)
{
    private static readonly ImmutableArray<BbmLevel> Asymmetric = [BbmLevel.Level2NoAbort, BbmLevel.Level0];

    public static TheoryData<string, int> Runs
    {
        get
        {
            var runs = new TheoryData<string, int>();
            foreach (var protocol in RepaintProtocols.All)
            {
                foreach (int cpus in new[] { 2, 3, 4 })
                    runs.Add(protocol.Name, cpus);
            }

            return runs;
        }
    }

    [Theory]
    [MemberData(nameof(Runs))]
    public async Task Every_event_of_every_seed_is_a_step_and_every_TLB_inside_its_may_set(string protocol, int cpus)
    {
        int entries = 0;
        for (long seed = 1; seed <= 25; seed++)
        {
            var events = await Record(protocol, cpus, seed);
            entries += events.Sum(e => e.Tlb.Length);
            var refinement = Refinement(protocol, cpus);
            foreach (var happened in events)
            {
                string? wrong = refinement.Accept(happened);
                Assert.True(wrong is null, $"seed {seed}: {wrong}");
            }

            Assert.True(refinement.IsFinished, $"seed {seed}: the run ended before its programs did");
        }

        Assert.True(entries > 100);
    }

    [Fact]
    public async Task A_step_that_is_left_out_is_noticed()
    {
        var events = await Record("idmap-reserved", 3, seed: 1);
        var steps = events.Select((e, i) => (e, i)).Where(s => s.e.Kind is RunEventKind.Step or RunEventKind.Published)
            .ToList();

        foreach (var (left, index) in steps)
        {
            // Of a split in parts, those that reach no watched block may go.
            if (left.Kind == RunEventKind.Step)
                Assert.False(IsAllowed("idmap-reserved", 3, events.RemoveAt(index)), $"{left.Cpu}: {left.Text}");
        }

        Assert.True(steps.Count > 50);
    }

    [Fact]
    public async Task Tables_that_are_never_published_are_noticed()
    {
        var events = await Record("spin", 2, seed: 1);

        Assert.False(IsAllowed("spin", 2, [.. events.Where(e => e.Kind != RunEventKind.Published)]));
    }

    [Fact]
    public async Task Steps_of_one_CPU_in_another_order_are_noticed()
    {
        var events = await Record("idmap-reserved", 2, seed: 3);
        var own = events.Select((e, i) => (e, i)).Where(s => s.e.Kind == RunEventKind.Step && s.e.Cpu == 1).ToList();
        int exchanged = 0;
        foreach (var (a, b) in own.Zip(own.Skip(1)))
        {
            if (a.e.Text == b.e.Text)
                continue;
            exchanged++;
            Assert.False(
                IsAllowed("idmap-reserved", 2, events.SetItem(a.i, b.e).SetItem(b.i, a.e)), $"{a.e.Text}, {b.e.Text}");
        }

        Assert.True(exchanged > 15);
    }

    [Fact]
    public async Task An_entry_that_nobody_can_have_is_noticed()
    {
        var events = await Record("idmap-reserved", 2, seed: 1);
        int parked = events.FindIndex(e => e.Cpu == 1 && e.Text == "flag += 1");
        var forged = CheckedProtocols.Find("idmap-reserved")!.Model(new()).Universe.Entries[1].Entry;

        Assert.True(IsAllowed("idmap-reserved", 2, events));
        Assert.False(IsAllowed("idmap-reserved", 2, events.SetItem(parked, events[parked] with { Tlb = [forged] })));
    }

    [Fact]
    public async Task A_TLBI_that_did_nothing_is_noticed()
    {
        // What a CPU held before its local TLBI, it must not hold after the DSB.
        var events = await Record("idmap-reserved", 2, seed: 2);
        int flushed = events.FindLastIndex(e => e.Cpu == 1 && e.Text == "dsb nsh" && e.Kind == RunEventKind.Step);
        int before = events.FindIndex(e => e.Cpu == 1 && e.Tlb.Length > 0);
        int first = events.FindIndex(e => e.Cpu == 1 && e.Text == "br wait_linear_map_split_to_ptes");
        int parked = events.FindIndex(first, e => e.Cpu == 1 && e.Text == "dsb nsh");

        Assert.True(before >= 0 && parked > 0 && flushed > parked);
        Assert.False(
            IsAllowed("idmap-reserved", 2, events.SetItem(parked, events[parked] with { Tlb = events[before].Tlb })));
    }

    private async Task<ImmutableList<RunEvent>> Record(string protocol, int cpus, long seed)
    {
        var machine = ToyMachine.Of([.. Enumerable.Range(0, cpus).Select(i => Asymmetric[Math.Min(i, 1)])]);
        var request = new BootRequest(new("toy", machine.Text), protocol, seed, ForceRepaint: false, Trace: false)
        {
            Record = true,
        };
        var answer = await lab.Grains.GetGrain<IMachineGrain>($"toy-{Guid.NewGuid():N}")
            .Boot(request, CancellationToken.None);
        Assert.Null(answer.InputError);
        Assert.Equal("repaint", answer.Report!.Mode);
        return [.. answer.Report.Recorded];
    }

    private static RunRefinement Refinement(string protocol, int cpus) =>
        new(CheckedProtocols.Find(protocol)!, cpus, Asymmetric);

    private static bool IsAllowed(string protocol, int cpus, ImmutableList<RunEvent> events)
    {
        var refinement = Refinement(protocol, cpus);
        return events.TrueForAll(e => refinement.Accept(e) is null) && refinement.IsFinished;
    }
}
