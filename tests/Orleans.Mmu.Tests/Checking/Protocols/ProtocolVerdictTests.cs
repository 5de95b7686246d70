using Orleans.Mmu.Arm.BreakBeforeMake;
using Orleans.Mmu.Checking.Checks;
using Orleans.Mmu.Checking.Protocols;
using Orleans.Mmu.Checking.Toy;
using Orleans.Mmu.Checking.Transitions;
using Orleans.Mmu.Exploration.Search;
using Orleans.Mmu.Verdicts.Checks;

namespace Orleans.Mmu.Tests.Checking.Protocols;

/// <summary>Which protocols are safe, as the architecture and the mails about them say.</summary>
public sealed class ProtocolVerdictTests
{
    /// <summary>Every protocol with the property of its shortest counterexample; none for those that hold.</summary>
    public static TheoryData<string, string?> Verdicts => new()
    {
        { "idmap-reserved", null },
        { "idmap-only", "tlb-conflict" },
        { "spin", "tlb-conflict" },
        { "live", "tlb-conflict" },
        { "reserved-on-stack", "fault-while-parked" },
        { "live-level2", null },
        { "boot-cpu-level0", "tlb-conflict" },
        { "break-before-make", "unexpected-fault" },
        { "split-nt", null },
        { "set-memory-ro", null },
        { "set-memory-ro-level0", "tlb-conflict" },
        { "hot-remove", null },
        { "hot-remove-last-level", "freed-table" },
        { "contiguous-fold", null },
        { "contiguous-fold-level0", "tlb-conflict" },
        { "contiguous-fold-level1", "conflict-abort-possible" },
        { "contiguous-fold-level2", "conflict-abort-possible" },
        { "contiguous-unfold", null },
        { "contiguous-unfold-level0", "tlb-conflict" },
        { "contiguous-unfold-level1", "conflict-abort-possible" },
        { "contiguous-unfold-level2", "conflict-abort-possible" },
        { "contpte-fold-elided", null },
        { "contpte-fold-elided-level2", "conflict-abort-possible" },
        { "hot-remove-group", null },
        { "hot-remove-group-members", "stale-translation" },
        { "vmap-huge-over-table", null },
        { "vmap-huge-live", "tlb-conflict" },
        { "hvo-remap", null },
        { "hvo-remap-writable", "tlb-conflict" },
        { "hvo-remap-other", "tlb-conflict" },
        { "allocator-lock", "endless-wait" },
        { "allocator-rendezvous", null },
        { "allocator-preallocated", null },
        { "two-splitters", null },
        { "two-splitters-unlocked", "tlb-conflict" },
        { "cpu-replace-ttbr1", null },
        { "cpu-replace-ttbr1-direct", "tlb-conflict" },
        { "kpti-install", null },
        { "kpti-install-live", "tlb-conflict" },
        { "epd1", null },
        { "epd1-no-flush", "tlb-conflict" },
        { "percpu-tlbi", null },
        { "percpu-tlbi-no-wait", "freed-table" },
        { "percpu-tlbi-cnp", "freed-table" },
        { "percpu-tlbi-masked", "endless-wait" },
    };

    public static TheoryData<string> Names => [.. CheckedProtocols.All.Select(p => p.Name)];

    [Fact]
    public void Every_protocol_has_its_verdict_here() =>
        Assert.Equal(CheckedProtocols.All.Select(p => p.Name), Verdicts.Select(v => (string)v[0]));

    [Theory]
    [MemberData(nameof(Verdicts))]
    public void Exhaustive_search_says_so_with_symmetry_and_without(string name, string? property)
    {
        foreach (int cpus in new[] { 2, 3, 4 })
        {
            // One CPU fewer without symmetry: the suite is not to wait for what says the same.
            var with = Check(name, new() { Cpus = cpus });
            var without = cpus == 4 ? with : Check(name, new() { Cpus = cpus, Symmetry = false });

            Assert.Equal(property, with.Property?.Name);
            Assert.Equal(property is null ? CheckVerdict.Holds : CheckVerdict.Violated, with.Verdict);
            Assert.Equal(with.Verdict, without.Verdict);
            Assert.Equal(with.Violated.Select(v => (v.Property.Name, v.Length)),
                without.Violated.Select(v => (v.Property.Name, v.Length)));
            Assert.Equal(with.Notes.Select(n => n.Property), without.Notes.Select(n => n.Property));
            Assert.True(with.States <= without.States);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_proof_for_any_number_agrees_with_every_number_up_to_five(string name)
    {
        var any = Check(name, new() { AnyCpus = true });
        var each = Enumerable.Range(2, 4).Select(cpus => Check(name, new() { Cpus = cpus })).ToList();

        Assert.NotEqual(CheckVerdict.NotDecided, any.Verdict);
        Assert.Null(any.Cpus);
        Assert.Equal(any.Verdict == CheckVerdict.Holds, each.TrueForAll(r => r.Verdict == CheckVerdict.Holds));
        if (any.Verdict == CheckVerdict.Violated)
            Assert.Equal(any.Property, each[0].Property);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Strictness_and_absent_sharing_change_no_verdict_of_a_protocol(string name)
    {
        var usual = Check(name, new());

        // This one is about sharing.
        Assert.Equal(usual.Verdict == CheckVerdict.Holds || name == "percpu-tlbi-cnp",
            Check(name, new() { Cnp = false }).Verdict == CheckVerdict.Holds);
        Assert.Equal(usual.Verdict, Check(name, new() { Strict = true }).Verdict);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Seven_CPUs_fit_in_a_state(string name)
    {
        var protocol = CheckedProtocols.Find(name)!;

        Assert.InRange(
            new MachineSystem(protocol.Model(new()), ToyMachine.MaxCpus, protocol.Levels).Width, 1, Bits256.Capacity);
    }

    [Theory]
    [InlineData("0", "tlb-conflict")]
    [InlineData("1", "tlb-conflict")]
    [InlineData("2", "conflict-abort-possible")]
    [InlineData("3", null)]
    public void A_live_split_is_as_safe_as_the_level_of_the_weakest_CPU(string level, string? property)
    {
        var weakest = (BbmLevel)int.Parse(level, System.Globalization.CultureInfo.InvariantCulture);

        Assert.Equal(property, Check("live", new() { Levels = [BbmLevel.Level2NoAbort, weakest] }).Property?.Name);
    }

    [Fact]
    public void Memory_that_is_not_enough_decides_nothing()
    {
        var report = Check("idmap-reserved", new() { Cpus = 5, MemoryLimit = 1 << 20 });

        Assert.Equal(CheckVerdict.NotDecided, report.Verdict);
        Assert.Equal("memory", Assert.Single(report.Notes).Property);
    }

    internal static CheckReport Check(string name, CheckOptions options) =>
        new ProtocolCheck(CheckedProtocols.Find(name)!, options, CancellationToken.None).Run();
}
