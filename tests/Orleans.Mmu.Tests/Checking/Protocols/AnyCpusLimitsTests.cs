using Orleans.Mmu.Checking.Checks;
using Orleans.Mmu.Checking.Protocols;
using Orleans.Mmu.Verdicts.Checks;
using Orleans.Mmu.Verdicts.Properties;

namespace Orleans.Mmu.Tests.Checking.Protocols;

/// <summary>What the proof for any number of CPUs covers; where it does not, the answer says why.</summary>
public class AnyCpusLimitsTests
{
    // Every CPU flushes itself when a word tells it to, and counts.
    private const string PerCpuFlush = """
        protocol mine
        about a test
        origin a test
        levels 3
        map remove-table
        phase apart, boot cpu
            msr ttbr1_el1, swapper_pg_dir & ~CnP; isb
            wait apart == num_online_cpus - 1
        phase leave, secondaries
            msr ttbr1_el1, swapper_pg_dir & ~CnP; isb
            apart += 1
        phase change, boot cpu
            pmd(below text) = 0; dsb ishst; told = 1; tlbi vmalle1; dsb nsh; isb
            wait flushed == num_online_cpus - 1; free the table below text
        phase flush, secondaries
            wait told == 1; tlbi vmalle1; dsb nsh; isb; flushed += 1

        """;

    [Theory]
    [InlineData("wait told == 1;", "wait told == 1; busy = 1;")]
    [InlineData("flushed += 1", "flushed += 1\nphase rest, secondaries\nskip this phase unless told == 0; isb")]
    public void Words_that_secondaries_set_and_phases_that_they_skip_are_covered(string from, string to)
    {
        Assert.Equal(CheckVerdict.Holds, Check(PerCpuFlush.Replace(from, to, StringComparison.Ordinal)).Verdict);

        string early = PerCpuFlush.Replace("wait told == 1; ", "", StringComparison.Ordinal)
            .Replace("tlbi vmalle1; dsb nsh; isb; flushed", "busy = 1; flushed", StringComparison.Ordinal);
        Assert.Equal(Property.FreedTable, Check(early).Property);
    }

    // CPU 1 skips its count when a secondary has added to a word, and a machine of two CPUs has no secondary.
    [Fact]
    public void A_CPU_that_may_not_count_is_found_on_three_CPUs()
    {
        var report = Check("""
            protocol mine
            about a test
            origin a test
            levels 3
            map remove-table
            phase change, boot cpu
                pmd(below text) = 0; dsb ishst; tlbi vmalle1is; dsb ish; isb
                wait counted == num_online_cpus - 1; free the table below text
            phase count, secondaries
                seen += 1; counted += 1
            phase own, cpu 1
                skip this phase unless seen == 0; counted += 1

            """);

        Assert.Equal((CheckVerdict.Violated, Property.EndlessWait), (report.Verdict, report.Property));
        Assert.Contains("3 CPUs", Assert.Single(report.Notes, n => n.Message.Contains("machine of")).Message);
    }

    [Theory]
    [InlineData("wait told == 1;", "wait told == 1; tlbi vmalle1is; dsb ish;", "broadcast TLBIs")]
    [InlineData(
        "isb; flushed", "isb\nphase count, secondaries\nskip this phase unless told == 1; flushed", "may skip a phase")]
    public void Where_nothing_is_proved_the_note_says_why(string from, string to, string why)
    {
        var report = Check(PerCpuFlush.Replace(from, to, StringComparison.Ordinal));

        Assert.Equal(CheckVerdict.NotDecided, report.Verdict);
        Assert.Contains(report.Notes, n => n.Message.Contains(why, StringComparison.Ordinal));
    }

    private static CheckReport Check(string text) => new ProtocolCheck(
        CheckedProtocols.Parse("mine", text), new CheckOptions { AnyCpus = true }, CancellationToken.None).Run();
}
