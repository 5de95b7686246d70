using Orleans.Mmu.Coordination.Runs;
using Orleans.Mmu.Linux.ProtocolFiles;
using Orleans.Mmu.Linux.Protocols;

namespace Orleans.Mmu.Tests.Coordination;

/// <summary>Which protocols a run performs, and why it does not perform the others.</summary>
public class RunLimitsTests
{
    private const string Dance = """
        protocol mine
        about a test
        origin a test
        levels 3, 0
        map repaint
        phase announce, boot cpu
        flag = 1; smp_mb
        phase park, secondaries
        flag += 1
        phase repaint, boot cpu
        wait flag == num_online_cpus
        split [PAGE_OFFSET, lm_alias(_stext))
        flag = 0
        phase resume, secondaries
        wfe until flag == 0
        """;

    [Fact]
    public void Whatever_a_boot_takes_by_name_is_performed() => Assert.All(
        RepaintProtocols.All, p => Assert.Null(RunLimits.WhyNot(BuiltInProtocols.Find(p.Name)!)));

    [Fact]
    public void What_only_the_checker_explores_is_not_performed() => Assert.All(
        BuiltInProtocols.All.Where(f => f.Map != ProtocolFile.RepaintMap || f.Outsider is not null),
        f => Assert.NotNull(RunLimits.WhyNot(f)));

    [Theory]
    [InlineData("flag = 0", "isb\nsend ipi", "send ipi")]
    [InlineData("flag += 1", "isb\ntlbi vmalle1is\nflag += 1", "tlbi vmalle1is")]
    [InlineData("map repaint", "map split", "protocol ")]
    public void A_step_is_refused_at_its_line(string from, string to, string line)
    {
        string text = Dance.Replace(from, to, StringComparison.Ordinal);
        int expected = 1 + text.Split('\n').ToList().FindIndex(
            l => l.Trim().StartsWith(line, StringComparison.Ordinal));

        Assert.Equal(expected, RunLimits.Refusal(ProtocolReader.Parse("mine", text))?.Line);
    }

    [Theory]
    [InlineData("map repaint", "map split", "expected the map repaint")]
    [InlineData("flag = 0", "flag = 0\nphase away, cpu 1", "expected no phase of cpu 1")]
    [InlineData("flag = 0", "flag = 0; send ipi",
        "phase repaint: expected steps that grains perform, found \"send ipi\"")]
    [InlineData("split [PAGE_OFFSET, lm_alias(_stext))", "pmd(below text) = table",
        "phase repaint: expected steps that grains perform, found \"pmd(below text) = table\"")]
    [InlineData("flag = 0", "tlbi vaae1is, below text; flag = 0", "found \"tlbi vaae1is, below text\"")]
    [InlineData("flag = 0", "flag = 0; flag = 0", "expected one rendezvous, with \"flag = 0\" once, found it 2 times")]
    [InlineData("flag += 1", "flag += 1; wfe until flag == 0", "found it 2 times")]
    [InlineData("flag = 0", "isb",
        "phase resume: expected \"wfe until flag == 0\" in a phase after the one with \"flag = 0\"")]
    [InlineData("flag = 1; smp_mb", "flag = 1; smp_mb; wait flag == num_online_cpus", "found it 2 times")]
    [InlineData("flag += 1", "isb\nphase later, secondaries\nflag += 1", "in the first phase of the secondaries")]
    [InlineData("flag += 1", "flag += 1; tlbi vmalle1is", "phase park: expected the boot cpu alone to split and to "
        + "broadcast TLBIs, found \"tlbi vmalle1is\" of the secondaries")]
    [InlineData("flag = 0", "msr ttbr1_el1, root:B; flag = 0", "found \"msr ttbr1_el1, root:B\"")]
    [InlineData("flag = 0", "spin_lock(pgtable_split_lock); flag = 0", "found \"spin_lock(pgtable_split_lock)\"")]
    [InlineData("flag = 0", "skip this phase unless pmd(below text) == block; flag = 0",
        "found \"skip this phase unless pmd(below text) == block\"")]
    public void A_reason_is_a_sentence(string from, string to, string reason) => Assert.Contains(
        reason, RunLimits.WhyNot(ProtocolReader.Parse("mine", Dance.Replace(from, to, StringComparison.Ordinal))),
        StringComparison.Ordinal);

    [Fact]
    public void A_wait_before_the_phase_that_ends_it_is_refused()
    {
        string early = Dance.Replace("wait flag == num_online_cpus\n", "", StringComparison.Ordinal)
            .Replace("flag = 1; smp_mb", "flag = 1; smp_mb; wait flag == num_online_cpus", StringComparison.Ordinal);

        Assert.Contains("in a phase after the one with \"flag += 1\"",
            RunLimits.WhyNot(ProtocolReader.Parse("mine", early)), StringComparison.Ordinal);
        Assert.Null(RunLimits.WhyNot(ProtocolReader.Parse("mine", Dance)));
    }

    [Fact]
    public void A_parked_CPU_resumes_by_every_phase_after_the_one_that_parks_it()
    {
        var protocol = ProtocolReader.Parse("mine", Dance + "\nphase more, secondaries\nret; isb").Protocol;

        Assert.Equal<Step>(
            [AwaitRelease.Instance, LeaveIdmap.Instance, Isb.Instance], [.. protocol.WayBack]);
        Assert.All(RepaintProtocols.All.Where(p => p.StopsMachine),
            p => Assert.Equal<Step>([.. p.Phases[^1].Steps], [.. p.WayBack]));
        Assert.Empty(RepaintProtocols.Find("live")!.WayBack);
    }
}
