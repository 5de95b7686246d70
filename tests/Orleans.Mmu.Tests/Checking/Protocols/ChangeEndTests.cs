using Orleans.Mmu.Checking.Checks;
using Orleans.Mmu.Checking.Protocols;
using Orleans.Mmu.Verdicts.Checks;
using Orleans.Mmu.Verdicts.Properties;

namespace Orleans.Mmu.Tests.Checking.Protocols;

/// <summary>
/// When a change is complete, and other CPUs must translate as memory does: after the DSB of its last store and TLBI.
/// Two CPUs clear the members of a contiguous group one after the other. Between the first flush and the second clear,
/// the member that is left brings the whole group back, so that the first page stays mapped (I_JQPNP).
/// </summary>
public class ChangeEndTests
{
    [Theory]
    [InlineData("")]
    [InlineData("; isb")]
    [InlineData("; dsb nsh")]
    [InlineData("; dsb ish; isb")]
    [InlineData("; z = 1; isb")]
    public void A_barrier_with_nothing_to_complete_hides_nothing(string after)
    {
        string text = $"""
            protocol mine
            about    a group is removed by two CPUs
            origin   this test
            levels   3
            map      remove-group

            phase first, boot cpu
                pte[0](below text) = 0
                dsb ishst; tlbi rvaale1is, below text; dsb ish; isb
                done = 1; wait gone == 1{after}

            phase then, cpu 1
                wait done == 1
                pte[1](below text) = 0
                dsb ishst; tlbi rvaale1is, below text; dsb ish; isb
                gone = 1

            """;

        foreach (int cpus in (int[])[2, 3])
        {
            var report = new ProtocolCheck(
                CheckedProtocols.Parse("f", text), new CheckOptions { Cpus = cpus }, CancellationToken.None).Run();
            Assert.Contains(Property.StaleTranslation, report.Violated.Select(v => v.Property));
        }
    }
}
