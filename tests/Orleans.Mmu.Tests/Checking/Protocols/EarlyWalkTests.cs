using Orleans.Mmu.Checking.Checks;
using Orleans.Mmu.Checking.Protocols;
using Orleans.Mmu.Checking.Transitions;
using Orleans.Mmu.Verdicts.Checks;
using Orleans.Mmu.Verdicts.Properties;

namespace Orleans.Mmu.Tests.Checking.Protocols;

/// <summary>
/// Accesses after a store that makes an address valid. Without FEAT_ETS2 a walk begun before may have read the invalid
/// descriptor: it is over after an ISB that a DSB, or a load with a branch, orders after the store. Each verdict was
/// derived before from Arm's model (R_SPVBD), as for a litmus test of the same steps.
/// </summary>
public class EarlyWalkTests
{
    private const string Map = """
        protocol mine
        about    pages are unmapped for a moment
        origin   this test
        levels   3
        map      fold-user-group

        phase change, boot cpu
            pte[all](below text) = 0
            dsb ishst; tlbi rvaae1is, below text; dsb ish; isb
            pte[all](below text) = contiguous page

        """;

    private const string Load = "ldr x0, [below text page 0], must not fault\n";
    private const string Told = "phase look, secondaries\nwait done == 1\n";
    private const string Handler = "\nphase answer, on ipi\nacked += 1\n";
    private const string Ask = "send ipi; wait acked == num_online_cpus - 1; ";

    [Theory]
    [InlineData("dsb ishst; isb", true)]
    [InlineData("dsb ish; isb", true)]
    [InlineData("dsb ishst", false)]
    [InlineData("dsb ish", false)]
    [InlineData("isb", false)]
    [InlineData("isb; dsb ishst", false)]
    [InlineData("dmb ishst; isb", false)]
    public void The_CPU_that_stores_needs_a_DSB_and_then_an_ISB(string steps, bool holds) =>
        AssertVerdict(Map + steps + "\n" + Load, holds);

    [Theory]
    // The wait ends by a branch, so an ISB after it is ordered after the word, and the word after the pages.
    [InlineData("dsb ishst; done = 1", "isb", true)]
    [InlineData("dmb ishst; done = 1", "isb", true)]
    [InlineData("dsb ishst; done = 1", "dsb ish; isb", true)]
    [InlineData("dsb ishst; done = 1", "", false)]
    [InlineData("dsb ishst; done = 1", "dsb ish", false)]
    // Nothing orders the pages before the word.
    [InlineData("done = 1", "isb", false)]
    // A broadcast TLBI ends other CPUs' walks where they read what was overwritten before its floor.
    [InlineData("dsb ishst; tlbi rvaae1is, below text; dsb ish; done = 1", "", true)]
    [InlineData("tlbi rvaae1is, below text; dsb ish; done = 1", "", false)]
    public void Another_CPU_needs_an_ISB_after_it_was_told(string tell, string before, bool holds) =>
        AssertVerdict($"{Map}{tell}\n{Told}{before}\n{Load}", holds);

    [Fact]
    public void An_ISB_before_the_CPU_was_told_is_too_early() => AssertVerdict(
        $"{Map}dsb ishst; done = 1\nphase look, secondaries\nisb; wait done == 1\n{Load}", holds: false);

    // The interrupt comes after what its sender's DSB has ordered, and is a context synchronization event.
    [Theory]
    [InlineData("dsb ishst; " + Ask + "done = 1", true)]
    [InlineData(Ask + "dsb ishst; done = 1", false)]
    public void An_interrupt_does_what_an_ISB_does(string tell, bool holds) =>
        AssertVerdict($"{Map}{tell}\n{Told}{Load}{Handler}", holds);

    [Theory]
    [InlineData("finds the new page", false)]
    [InlineData("finds the new page or faults", true)]
    public void An_access_that_may_fault_needs_nothing(string expected, bool holds) => AssertVerdict(
        $"{Map}dsb ishst\nldr x0, [below text page 0], {expected}\n", holds);

    // stop_machine() wakes the secondaries after the announcement.
    [Theory]
    [InlineData("isb; ", true)]
    [InlineData("", false)]
    public void What_comes_before_the_announcement_needs_an_ISB_only(string isb, bool holds) => AssertVerdict(
        $"{Map}dsb ishst\nphase announce, boot cpu\nisb\nphase look, secondaries\n{isb}{Load}", holds);

    [Fact]
    public void The_message_names_the_word_and_what_is_missing()
    {
        var report = Check(Map + "dsb ishst\n" + Load, new() { Cpus = 1 });
        Assert.Equal("CPU 0 performs \"ldr x0, [below text page 0], must not fault\", and may fault by a walk that it "
            + "began when pte[0](below text) was invalid: no ISB of the CPU is ordered after the store",
            report.Counterexample!.Message);
    }

    // Silos tell each other the numbers of properties, so one that is added comes last.
    [Fact]
    public void The_property_of_accesses_is_the_last_one() =>
        Assert.Equal(Property.UnexpectedAccess, MachineProperties.Order[^1]);

    private static void AssertVerdict(string text, bool holds)
    {
        Property[] expected = holds ? [] : [Property.UnexpectedAccess];
        Assert.Equal(expected, Check(text, new() { Cpus = 2 }).Violated.Select(v => v.Property));
        Assert.Equal(holds ? CheckVerdict.Holds : CheckVerdict.Violated, Check(text, new() { AnyCpus = true }).Verdict);
    }

    private static CheckReport Check(string text, CheckOptions options) =>
        new ProtocolCheck(CheckedProtocols.Parse("f", text), options, CancellationToken.None).Run();
}
