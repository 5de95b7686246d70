using Orleans.Mmu.Checking.Checks;
using Orleans.Mmu.Checking.Protocols;
using Orleans.Mmu.Verdicts.Checks;
using Orleans.Mmu.Verdicts.Properties;

namespace Orleans.Mmu.Tests.Checking.Protocols;

/// <summary>A CPU below level 2 may take a Translation fault by a block that carries nT (R_MRRPW).</summary>
public class NoTranslationTests
{
    [Theory]
    [InlineData("1", true)]
    [InlineData("2", false)]
    [InlineData("3", false)]
    public void An_access_that_must_not_fault_may_fault_below_level_2(string levels, bool mayFault)
    {
        string text = $"""
            protocol mine
            about a test
            origin a test
            levels {levels}
            map split
            phase change, boot cpu
                pmd(below text) = block, nT; dsb ishst; tlbi vaae1is, below text; dsb ish; isb
                ldr x0, [below text page 0], must not fault
                pte[all](below text) = page; dsb ishst; pmd(below text) = table; dsb ishst
                tlbi rvaae1is, below text; dsb ish; isb

            """;
        var report = new ProtocolCheck(
            CheckedProtocols.Parse("mine", text), new CheckOptions { Cpus = 2 }, CancellationToken.None).Run();

        Assert.Equal(mayFault, report.Violated.Any(v => v.Property == Property.UnexpectedAccess));
    }

    [Fact]
    public void A_note_says_what_is_not_judged() => Assert.Contains(
        new ProtocolCheck(
            CheckedProtocols.Find("split-nt")!, new CheckOptions { Cpus = 2 }, CancellationToken.None).Run().Notes,
        n => n.Message.Contains("R_MRRPW", StringComparison.Ordinal));
}
