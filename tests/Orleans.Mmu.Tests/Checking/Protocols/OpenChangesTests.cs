using Orleans.Mmu.Checking.Checks;
using Orleans.Mmu.Checking.Protocols;
using Orleans.Mmu.Verdicts.Checks;
using Orleans.Mmu.Verdicts.Properties;

namespace Orleans.Mmu.Tests.Checking.Protocols;

/// <summary>
/// A change is open as long as its author has something left to do for it on the way that it takes: phases that it
/// skips, and words that tell of no flush, neither complete a change nor keep it open.
/// </summary>
public class OpenChangesTests
{
    private const string Flush = "tlbi rvaale1is, below text; dsb ish; isb";

    // The member that is left brings the whole group back after the first flush (I_JQPNP).
    [Theory]
    [InlineData($"{Flush}; done = 1; wait gone == 1")]
    [InlineData($"\nphase maybe, boot cpu\nskip this phase unless gone == 0; {Flush}\n"
        + "phase tell, boot cpu\ndone = 1; wait gone == 1")]
    [InlineData($"\nphase maybe, boot cpu\nskip this phase unless gone == 0; {Flush}; done = 1\n"
        + "phase tell, boot cpu\nwait gone == 1")]
    [InlineData($"{Flush}; done = 1; wait gone == 1\nphase never, boot cpu\n"
        + "skip this phase unless gone == 0; pte[0](below text) = 0; dsb ishst")]
    [InlineData($"{Flush}; done = 1; wait gone == 1\nphase never, boot cpu\n"
        + "skip this phase unless gone == 0; pte[0](below text) = 0; dsb ishst; tlbi vmalle1is; dsb ish; isb")]
    [InlineData($"{Flush}; done = 1; wait gone == 1; pte[0](below text) = 0; dsb ishst; {Flush}")]
    public void What_may_be_skipped_hides_no_translation_that_comes_back(string rest)
    {
        string text = $"""
            protocol mine
            about    a group is removed by two CPUs
            origin   this test
            levels   3
            map      remove-group

            phase first, boot cpu
                pte[0](below text) = 0; dsb ishst
                {rest}

            phase then, cpu 1
                wait done == 1
                pte[1](below text) = 0; dsb ishst; {Flush}
                gone = 1

            """;

        foreach (int cpus in (int[])[2, 3])
            Assert.Contains(Property.StaleTranslation, Check(text, cpus).Violated.Select(v => v.Property));
    }

    // The same flush, performed or skipped.
    [Theory]
    [InlineData("", null)]
    [InlineData("go = 1; ", "stale-write")]
    public void A_flush_that_is_skipped_completes_nothing(string before, string? property)
    {
        string text = $"""
            protocol mine
            about    a page becomes read-only, and its flush may be skipped
            origin   this test
            levels   3
            map      read-only-page

            phase change, boot cpu
                {before}pte[all](below text) = page; dsb ishst; pmd(below text) = table; dsb ishst; isb
                tlbi vmalle1is; dsb ish; isb
                pte[0](below text) = read-only page; dsb ishst
            phase flush, boot cpu
                skip this phase unless go == 0
                tlbi vaae1is, below text page 0; dsb ish; isb
            phase rest, boot cpu
                done = 1

            """;

        Assert.Equal(property, Check(text, 2).Property?.Name);
    }

    // Both pages of the group may be translated until the CPU that flushes has said so.
    [Theory]
    [InlineData("wait gone == 1", "")]
    // The first word comes before the change, although a TLBI stands before it.
    [InlineData("wait ready == 1; dsb ish; wait gone == 1", "tlbi vmalle1; dsb nsh; isb; ready = 1; ")]
    [InlineData("wait last == 1", "")]
    public void Only_the_word_behind_the_flush_completes_the_change(string wait, string before)
    {
        string text = $"""
            protocol mine
            about    a CPU asks another to flush
            origin   this test
            levels   3
            map      remove-group

            phase first, boot cpu
                pte[0](below text) = 0; dsb ishst; done = 1; {wait}

            phase then, cpu 1
                {before}pte[1](below text) = 0; dsb ishst; wait done == 1
                FLUSH; gone = 1

            phase pass, secondaries
                wait gone == 1; last = 1

            """;

        string flushed = text.Replace("FLUSH", Flush);
        Assert.Equal(CheckVerdict.Holds, Check(flushed, 3).Verdict);
        Assert.Equal(Property.StaleTranslation, Check(text.Replace("FLUSH", "dsb ish"), 3).Property);
    }

    // The release tells the others to flush, and they count afterwards. CPUs share no entries: with CnP one that has
    // flushed could take an entry again from one that has not.
    [Fact]
    public void Where_the_release_asks_for_a_flush_the_answer_completes_the_change()
    {
        const string Text = """
            protocol mine
            about    secondaries flush themselves behind the release
            origin   this test
            levels   3
            map      remove-group

            phase announce, boot cpu
                flag = 1; smp_mb
            phase park, secondaries
                flag += 1
            phase change, boot cpu
                wait flag == num_online_cpus
                pte[all](below text) = 0; dsb ishst; flag = 0
                tlbi vmalle1; dsb nsh; isb
                wait flushed == num_online_cpus - 1
            phase resume, secondaries
                wfe until flag == 0
                FLUSH
                flushed += 1

            """;

        Assert.Equal(
            CheckVerdict.Holds, Check(Text.Replace("FLUSH", "tlbi vmalle1; dsb nsh; isb"), 2, cnp: false).Verdict);
        Assert.Equal(Property.StaleTranslation, Check(Text.Replace("FLUSH", "isb"), 2, cnp: false).Property);
    }

    private static CheckReport Check(string text, int cpus, bool cnp = true) => new ProtocolCheck(
        CheckedProtocols.Parse("f", text), new CheckOptions { Cpus = cpus, Cnp = cnp }, CancellationToken.None).Run();
}
