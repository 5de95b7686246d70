using Orleans.Mmu.Checking.Checks;
using Orleans.Mmu.Checking.Protocols;
using Orleans.Mmu.Verdicts.Checks;
using Orleans.Mmu.Verdicts.Properties;

namespace Orleans.Mmu.Tests.Checking.Protocols;

/// <summary>
/// When a change is complete, and other CPUs must translate as memory does: after its own last store, TLBI and DSB.
/// Two CPUs clear the members of a contiguous group one after the other. Between the first flush and the second clear,
/// the member that is left brings the whole group back, so that the first page stays mapped (I_JQPNP).
/// </summary>
public class ChangeEndTests
{
    // What comes before the change, between its flush and the word that tells CPU 1, and after the wait for CPU 1.
    [Theory]
    [InlineData("", "", "")]
    [InlineData("", "", "; isb")]
    [InlineData("", "", "; dsb nsh")]
    [InlineData("", "", "; dsb ish; isb")]
    [InlineData("", "", "; z = 1; isb")]
    [InlineData("send ipi; ", "", "")]
    [InlineData("", "", "; send ipi")]
    [InlineData("", "send ipi; wait acked == num_online_cpus - 1; ", "")]
    [InlineData("", "", "; tlbi vaale1is, above rodata page 0; dsb ish; isb")]
    [InlineData("", "", "; tlbi vmalle1; dsb nsh; isb")]
    [InlineData("", "", "; tlbi aside1is, asid 0; dsb ish; isb")]
    [InlineData("", "", "\nphase never, boot cpu\nskip this phase unless gone == 0; tlbi vmalle1is; dsb ish; isb")]
    public void A_step_that_completes_nothing_of_the_change_hides_nothing(string before, string told, string after)
    {
        string text = $"""
            protocol mine
            about    a group is removed by two CPUs
            origin   this test
            levels   3
            map      remove-group

            phase first, boot cpu
                {before}pte[0](below text) = 0
                dsb ishst; tlbi rvaale1is, below text; dsb ish; isb
                {told}done = 1; wait gone == 1{after}

            phase then, cpu 1
                wait done == 1
                pte[1](below text) = 0
                dsb ishst; tlbi rvaale1is, below text; dsb ish; isb
                gone = 1
            phase ack, on ipi
                acked += 1

            """;

        foreach (int cpus in (int[])[2, 3])
            Assert.Contains(Property.StaleTranslation, Check(text, cpus).Violated.Select(v => v.Property));
    }

    // The change is complete when the other CPU has flushed and said so; until then both pages may be translated.
    [Fact]
    public void Where_another_CPU_flushes_its_answer_completes_the_change()
    {
        const string Text = """
            protocol mine
            about    a CPU asks another to flush
            origin   this test
            levels   3
            map      remove-group

            phase first, boot cpu
                pte[0](below text) = 0; dsb ishst; done = 1; wait gone == 1

            phase then, cpu 1
                pte[1](below text) = 0; dsb ishst; wait done == 1
                FLUSHgone = 1

            """;

        foreach (int cpus in (int[])[2, 3])
        {
            string flushed = Text.Replace("FLUSH", "tlbi rvaale1is, below text; dsb ish; isb; ");
            Assert.Equal(CheckVerdict.Holds, Check(flushed, cpus).Verdict);
            string not = Text.Replace("FLUSH", "");
            Assert.Equal(Property.StaleTranslation, Check(not, cpus).Property);
        }
    }

    // The release completes what comes before it. A page that becomes read-only after it is a change of its own.
    [Theory]
    [InlineData("", null)]
    [InlineData("tlbi", "stale-write")]
    public void A_change_after_the_release_is_complete_after_its_own_flush(string without, string? property)
    {
        string flush = without == "tlbi" ? "" : "tlbi vaae1is, below text page 0; dsb ish; isb";
        var report = Check($"""
            protocol mine
            about    a rendezvous, and a page that becomes read-only after it
            origin   this test
            levels   3
            map      read-only-page

            phase announce, boot cpu
                flag = 1; smp_mb
            phase park, secondaries
                flag += 1
            phase change, boot cpu
                wait flag == num_online_cpus
                pte[all](below text) = page; dsb ishst; pmd(below text) = table; dsb ishst; isb
                tlbi vmalle1is; dsb ish; isb; flag = 0
                pte[0](below text) = read-only page; dsb ishst; {flush}
            phase resume, secondaries
                wfe until flag == 0

            """, 2);

        Assert.Equal(property, report.Property?.Name);
    }

    private static CheckReport Check(string text, int cpus) => new ProtocolCheck(
        CheckedProtocols.Parse("f", text), new CheckOptions { Cpus = cpus }, CancellationToken.None).Run();
}
