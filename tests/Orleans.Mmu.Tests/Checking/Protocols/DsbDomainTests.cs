using Orleans.Mmu.Checking.Checks;
using Orleans.Mmu.Checking.Protocols;
using Orleans.Mmu.Verdicts.Checks;

namespace Orleans.Mmu.Tests.Checking.Protocols;

/// <summary>
/// A DSB NSH waits for the observers of its own CPU: its walks see the stores before it, and the walks of other CPUs
/// may not.
/// </summary>
public class DsbDomainTests
{
    private const string Remove = """
        map      remove-table
        phase clear, boot cpu
        pmd(below text) = 0
        {0}; {1}; dsb ish; isb
        free the table below text
        """;

    [Theory]
    [InlineData("dsb nsh", "tlbi vmalle1is", "freed-table")]
    [InlineData("dsb ishst", "tlbi vmalle1is", null)]
    [InlineData("dsb ishst; dsb nsh", "tlbi vmalle1is", null)]
    [InlineData("dsb nsh; dsb ishst", "tlbi vmalle1is", null)]
    public void Another_CPU_may_walk_what_a_DSB_NSH_has_ordered(string dsb, string tlbi, string? property)
    {
        string body = Remove.Replace("{0}", dsb, StringComparison.Ordinal)
            .Replace("{1}", tlbi, StringComparison.Ordinal);
        Assert.Equal(property, Check(body, 2).Property?.Name);
        Assert.Equal(property, Check(body, 3).Property?.Name);
        Assert.Equal(property, Check(body, null).Property?.Name);
    }

    // On a machine of one CPU its own walks are all there are.
    [Theory]
    [InlineData("dsb nsh", "tlbi vmalle1", null)]
    [InlineData("isb", "tlbi vmalle1", "freed-table")]
    public void The_CPUs_own_walks_see_it(string dsb, string tlbi, string? property) => Assert.Equal(
        property, Check(Remove.Replace("{0}", dsb, StringComparison.Ordinal)
            .Replace("{1}", tlbi, StringComparison.Ordinal), 1).Property?.Name);

    // The same where states hold memory as its contents, because a load of a descriptor decides.
    [Theory]
    [InlineData(1, "dsb nsh", null)]
    [InlineData(1, "isb", "freed-table")]
    [InlineData(2, "dsb nsh", "freed-table")]
    public void They_see_it_where_several_CPUs_store_too(int cpus, string dsb, string? property) => Assert.Equal(
        property, Check($"""
            map      remove-table
            phase clear, boot cpu
            pmd(below text) = 0
            {dsb}; tlbi vmalle1; dsb nsh; isb
            phase look, boot cpu
            skip this phase unless pmd(below text) == 0
            isb
            phase free, boot cpu
            dsb ish
            free the table below text
            """, cpus).Property?.Name);

    [Theory]
    [InlineData("dsb ishst", null)]
    [InlineData("dsb nsh", "unexpected-access")]
    public void A_word_says_nothing_of_a_store_before_a_DSB_NSH(string dsb, string? property) => Assert.Equal(
        property, Check($"""
            map      fold-user-group
            phase change, boot cpu
            pte[all](below text) = 0
            dsb ishst; tlbi rvaale1is, below text; dsb ish; isb
            pte[all](below text) = contiguous page
            {dsb}; isb
            done = 1
            phase look, secondaries
            wait done == 1; isb
            ldr x0, [below text page 0], must not fault
            """, 2).Property?.Name);

    // Only pte[0] is clear and flushed when CPU 1 is told; the other member may still bring the group back.
    [Theory]
    [InlineData("pte[0](below text) = 0", "stale-translation")]
    [InlineData("pte[all](below text) = 0", null)]
    public void A_member_that_memory_holds_may_translate_a_page_that_is_gone(string clear, string? property) =>
        Assert.Equal(property, Check($"""
            map      remove-group
            phase first, boot cpu
            {clear}; dsb ishst; tlbi rvaale1is, below text; dsb ish; isb
            done = 1
            phase second, cpu 1
            wait done == 1
            pte[1](below text) = 0; dsb ishst; tlbi rvaale1is, below text; dsb ish; isb
            """, 2).Property?.Name);

    [Fact]
    public void A_local_TLBI_behind_a_wait_is_ordered_after_it_with_or_without_a_second_writer()
    {
        foreach (string word in new[] { "", "z = 1; " })
        {
            Assert.Null(Check($"""
                map      remove-table
                phase part, boot cpu
                msr ttbr1_el1, swapper_pg_dir & ~CnP; isb
                wait apart == num_online_cpus - 1
                phase part too, secondaries
                msr ttbr1_el1, swapper_pg_dir & ~CnP; isb
                apart += 1
                phase unlink, boot cpu
                pmd(below text) = 0
                dsb ishst
                go = 1
                phase flush, secondaries
                wait go == 1
                {word}tlbi vmalle1; dsb nsh; isb
                acked += 1
                phase flush own, boot cpu
                tlbi vmalle1; dsb nsh; isb
                wait acked == num_online_cpus - 1
                phase free, boot cpu
                free the table below text
                """, 2).Property);
        }
    }

    // Without CPU 1 the boot CPU would wait for ever.
    [Fact]
    public void A_protocol_of_CPU_1_is_for_machines_that_have_it()
    {
        var report = Check("""
            map      remove-group
            phase first, boot cpu
            pte[all](below text) = 0; dsb ishst; tlbi rvaale1is, below text; dsb ish; isb
            wait done == 1
            phase second, cpu 1
            done = 1
            """, null);
        Assert.NotEqual(CheckVerdict.Violated, report.Verdict);
        Assert.Contains(report.Notes, n => n.Message.Contains("at least 2 CPUs", StringComparison.Ordinal));
    }

    // Null for any number of CPUs.
    private static CheckReport Check(string body, int? cpus)
    {
        var protocol = CheckedProtocols.Parse("mine", $"""
            protocol mine
            about    a test
            origin   a test
            levels   3
            {body}

            """);
        return new ProtocolCheck(
            protocol, new() { Cpus = cpus ?? 2, AnyCpus = cpus is null }, CancellationToken.None).Run();
    }
}
