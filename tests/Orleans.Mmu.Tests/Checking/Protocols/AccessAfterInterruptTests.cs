using Orleans.Mmu.Checking.Checks;
using Orleans.Mmu.Checking.Protocols;
using Orleans.Mmu.Verdicts.Checks;

namespace Orleans.Mmu.Tests.Checking.Protocols;

/// <summary>What a CPU's load finds that an interrupt has made flush. Each verdict was derived before.</summary>
public class AccessAfterInterruptTests
{
    private const string Text = """
        protocol look
        about    a page is gone for every CPU that has been told so
        origin   this test
        levels   3
        map      remove-table

        phase change, boot cpu
            pmd(below text) = 0; dsb ishst
            send ipi
            tlbi vmalle1; dsb nsh; isb
            wait acked == num_online_cpus - 1
            done = 1
            free the table below text

        phase flush, on ipi
            tlbi vmalle1; dsb nsh; isb
            acked += 1

        phase look, secondaries
            wait done == 1
            ldr x0, [below text page 0], must fault
        """;

    // Every CPU has flushed before it is told, and a walk finds the cleared pmd.
    [Fact]
    public void A_load_after_the_flush_of_every_CPU_faults() => Assert.Null(Violated(Text));

    // Before its interrupt a CPU may use what it has cached, and may walk before the store is performed.
    [Fact]
    public void A_load_that_does_not_wait_may_find_the_page() => Assert.Contains(
        "unexpected-access", Violations(Text.Replace("    wait done == 1\n", "", StringComparison.Ordinal)));

    // The handler acknowledges and flushes nothing, so the cached page outlives the word.
    [Fact]
    public void A_handler_that_flushes_nothing_leaves_the_page() => Assert.Contains(
        "unexpected-access", Violations(Text.Replace(
            "    tlbi vmalle1; dsb nsh; isb\n    acked", "    acked", StringComparison.Ordinal)));

    private static string? Violated(string text) => Check(text).Property?.Name;

    private static List<string> Violations(string text) => [.. Check(text).Violated.Select(v => v.Property.Name)];

    // Without CnP: CPUs that share entries give each other what they have flushed.
    private static CheckReport Check(string text) => new ProtocolCheck(
        CheckedProtocols.Parse("f", text), new() { Cpus = 2, Cnp = false }, CancellationToken.None).Run();
}
