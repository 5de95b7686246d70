using Orleans.Mmu.Checking.Checks;
using Orleans.Mmu.Checking.Protocols;
using Orleans.Mmu.Tests.Client;
using Orleans.Mmu.Verdicts.Checks;

namespace Orleans.Mmu.Tests.Checking.Protocols;

/// <summary>
/// With erratum 4118414 a broadcast TLBI and its DSB complete without the accesses that another CPU has begun through
/// the removed entry; the same TLBI and DSB once more wait for them.
/// </summary>
public class RepeatedTlbiProtocolTests
{
    private const string Flush = "tlbi vaale1is, below text page 0; dsb ish; ";

    [Theory]
    // A late access reaches the same memory with the same permissions, or the parked CPU's DSB has waited for it.
    [InlineData("idmap-reserved", null)]
    [InlineData("epd1", null)]
    [InlineData("live-level2", null)]
    [InlineData("kpti-install", null)]
    [InlineData("cpu-replace-ttbr1", null)]
    [InlineData("hvo-remap", null)]
    // Each CPU flushes itself, and its DSB waits for its own accesses.
    [InlineData("percpu-tlbi", null)]
    // What the TLBI takes away may still be used.
    [InlineData("set-memory-ro", "stale-write")]
    [InlineData("hot-remove", "stale-translation")]
    [InlineData("hot-remove-group", "stale-translation")]
    [InlineData("two-splitters", "stale-write")]
    public void A_change_needs_the_second_TLBI_where_accesses_could_tell(string name, string? property)
    {
        var protocol = CheckedProtocols.Find(name)!;

        foreach (var options in (CheckOptions[])[new() { Cpus = 2 }, new() { Cpus = 3 }, new() { AnyCpus = true }])
        {
            var report = new ProtocolCheck(protocol, options with { RepeatsTlbi = true }, default).Run();
            Assert.Equal(property, report.Property?.Name);
            Assert.Equal(property is null ? CheckVerdict.Holds : CheckVerdict.Violated, report.Verdict);
            Assert.Equal(CheckVerdict.Holds, new ProtocolCheck(protocol, options, default).Run().Verdict);
        }
    }

    [Theory]
    [InlineData(Flush + "isb", "stale-write")]
    [InlineData(Flush + Flush + "isb", null)]
    [InlineData(Flush + "isb; " + Flush + "isb", null)]
    [InlineData(Flush + "tlbi vmalle1is; dsb ish; isb", null)]
    // One DSB completes both, so that the second one is no repetition.
    [InlineData("tlbi vaale1is, below text page 0; " + Flush + "isb", "stale-write")]
    // The second one names another page, is local, or is complete for this CPU alone.
    [InlineData(Flush + "tlbi vaale1is, below text page 1; dsb ish; isb", "stale-write")]
    [InlineData(Flush + "tlbi vmalle1; dsb nsh; isb", "stale-write")]
    [InlineData(Flush + "tlbi vaale1is, below text page 0; dsb nsh; isb", "stale-write")]
    public void Only_a_TLBI_behind_the_DSB_of_the_first_waits(string flush, string? property)
    {
        var protocol = Protocol(flush);

        foreach (var options in (CheckOptions[])[new() { Cpus = 2 }, new() { AnyCpus = true }])
            Assert.Equal(
                property,
                new ProtocolCheck(protocol, options with { RepeatsTlbi = true }, default).Run().Property?.Name);
    }

    [Fact]
    public void A_DSB_of_the_other_CPU_ends_its_accesses()
    {
        Assert.Equal(CheckVerdict.Violated, Answered("wait go == 1").Verdict);
        Assert.Equal(CheckVerdict.Violated, Answered("wait go == 1; dsb ishst").Verdict);
        Assert.Equal(CheckVerdict.Violated, Answered("wait go == 1; isb").Verdict);
        Assert.Equal(CheckVerdict.Holds, Answered("wait go == 1; dsb ish").Verdict);

        // The store to the other page keeps the change open while CPU 1 answers; its flushes do not name page 0.
        static CheckReport Answered(string by) => new ProtocolCheck(
            CheckedProtocols.Parse("mine.protocol", Text(
                Flush + "isb; go = 1; wait done == 1; pte[1](below text) = page; dsb ishst; isb")
                + $"\nphase answer, cpu 1\n{by}; done = 1\n"),
            new() { Cpus = 2, RepeatsTlbi = true }, default).Run();
    }

    [Fact]
    public void A_counterexample_names_the_access_and_the_erratum()
    {
        var report = new ProtocolCheck(Protocol(Flush + "isb"), new() { Cpus = 2, RepeatsTlbi = true }, default).Run();

        Assert.Contains("began the access through its entry", report.Counterexample!.Message, StringComparison.Ordinal);
        Assert.Contains("erratum 4118414", report.Counterexample.Message, StringComparison.Ordinal);
        Assert.Equal("on 2 CPUs (BBM level 3, 3; erratum repeat-tlbi)", report.MachineSentence);
    }

    [Fact]
    public async Task A_core_stands_for_its_erratum()
    {
        var core = await CommandRun.WithoutSiloAsync("check", "set-memory-ro", "--erratum", "neoverse-v3");
        var none = await CommandRun.WithoutSiloAsync("check", "set-memory-ro", "--erratum", "Neoverse-N1");
        var reference = await CommandRun.WithoutSiloAsync("check", "reference-park", "--erratum", "repeat-tlbi");

        Assert.EndsWith(
            "erratum repeat-tlbi): stale-write (R_LXHLD)", core.Out.TrimEnd(), StringComparison.Ordinal);
        Assert.Contains("--erratum: expected repeat-tlbi, Neoverse-V3", none.Error, StringComparison.Ordinal);
        Assert.Contains("reference-park, which has no CnP and no TLBI", reference.Error, StringComparison.Ordinal);
    }

    private static CheckedProtocol Protocol(string flush) => CheckedProtocols.Parse("mine.protocol", Text(flush));

    private static string Text(string flush) => $"""
        protocol mine
        about    a page becomes read-only
        origin   this test
        levels   3
        map      read-only-page

        phase change, boot cpu
            pte[all](below text) = page; dsb ishst; pmd(below text) = table; dsb ishst; isb
            pte[0](below text) = read-only page; dsb ishst
            {flush}

        """;
}
