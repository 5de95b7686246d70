using Orleans.Mmu.Checking.Checks;
using Orleans.Mmu.Checking.Protocols;
using Orleans.Mmu.Checking.Toy;
using Orleans.Mmu.Linux.Protocols;
using Orleans.Mmu.Verdicts.Counterexamples;
using Orleans.Mmu.Verdicts.Properties;

namespace Orleans.Mmu.Tests.Checking.Protocols;

/// <summary>Counterexamples tell a story that can happen.</summary>
public sealed class CounterexampleTests
{
    public static TheoryData<string> Violated =>
        [.. ProtocolVerdictTests.Verdicts.Where(v => v[1] is not null).Select(v => (string)v[0])];

    [Fact]
    public void Spinning_fails_by_a_speculative_load_just_before_the_block_is_replaced()
    {
        var events = ProtocolVerdictTests.Check("spin", new() { Cpus = 2 }).Counterexample!.Events;

        int replaced = events.ToList().FindIndex(e => e.Store is { Content: nameof(WordContent.Table) });
        Assert.Equal((EventKind.Walk, 1), (events[replaced - 1].Kind, events[replaced - 1].Cpu));
        Assert.Contains("2M block below text", events[replaced - 1].Action, StringComparison.Ordinal);
        Assert.Equal((EventKind.Walk, 1), (events[replaced + 1].Kind, events[replaced + 1].Cpu));
        Assert.Contains("4K page", events[replaced + 1].Action, StringComparison.Ordinal);
        Assert.Equal((EventKind.Violation, 1), (events[replaced + 2].Kind, events[replaced + 2].Cpu));
        Assert.Equal(replaced + 3, events.Length);
    }

    [Theory]
    [MemberData(nameof(Violated))]
    public void Every_event_has_a_rule_and_a_lane_for_each_CPU_and_the_last_is_the_violation(string name)
    {
        var report = ProtocolVerdictTests.Check(name, new());
        var counterexample = report.Counterexample!;

        Assert.Equal(report.Property, counterexample.Property);
        Assert.NotEmpty(counterexample.Explanation);
        Assert.All(counterexample.Events, e => Assert.NotEqual("", e.Rule));
        Assert.All(counterexample.Events, e => Assert.Equal(3, e.Lanes.Length));
        Assert.Equal(EventKind.Violation, counterexample.Events[^1].Kind);
        Assert.Equal(report.Violated[0].Length, counterexample.Length);
        // A step's text can be read again; that is how it is performed elsewhere.
        Assert.All(counterexample.Events.Where(e => e.Kind == EventKind.Step),
            e => Assert.True(Step.TryParse(e.Step!, out _)));
    }

    [Theory]
    [MemberData(nameof(Violated))]
    public void Both_entries_of_a_conflict_were_walked_before_it(string name)
    {
        var counterexample = ProtocolVerdictTests.Check(name, new()).Counterexample!;
        if (counterexample.Property != Property.TlbConflict
            && counterexample.Property != Property.ConflictAbortPossible)
            return;

        Assert.Equal(2, counterexample.Explanation.Count(l => l.StartsWith("entry ", StringComparison.Ordinal)));
        Assert.True(counterexample.Events.Count(
            e => e.Kind is EventKind.Walk or EventKind.Share && e.Cpu == counterexample.Cpu) >= 2);
    }

    [Fact]
    public void A_table_entry_that_was_not_flushed_leads_on_after_the_root_has_changed()
    {
        var merged = CheckedProtocols.Find("idmap-reserved")!;
        var mutant = Mutant.Removals(merged.Script).Single(m => m.Name == "park 13, remove: tlbi vmalle1");

        var counterexample =
            new ProtocolCheck(merged, new() { Cpus = 2 }, CancellationToken.None).Run(mutant).Counterexample!;

        Assert.Contains(counterexample.Events,
            e => e.Action.Contains("from its cached entry pgd -> pmd table", StringComparison.Ordinal));
    }

    [Fact]
    public void A_CPU_that_resumes_too_early_uses_what_CPU_0_has_cached()
    {
        var merged = CheckedProtocols.Find("idmap-reserved")!;
        var mutant = Mutant.Removals(merged.Script).Single(m => m.Name == "repaint 14, remove: tlbi vmalle1is");

        var counterexample =
            new ProtocolCheck(merged, new() { Cpus = 2 }, CancellationToken.None).Run(mutant).Counterexample!;

        var share = Assert.Single(counterexample.Events, e => e.Kind == EventKind.Share);
        Assert.Equal("uses the 2M block below text that CPU 0 has cached: both roots carry CnP", share.Action);
        Assert.Contains(counterexample.Events, e => e.Kind == EventKind.Walk && e.Cpu == 0);
    }
}
