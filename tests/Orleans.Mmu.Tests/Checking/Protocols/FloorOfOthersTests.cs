using Orleans.Mmu.Checking.Checks;
using Orleans.Mmu.Checking.Protocols;
using Orleans.Mmu.Verdicts.Checks;

namespace Orleans.Mmu.Tests.Checking.Protocols;

/// <summary>
/// A CPU that flushes itself after a store that it knows of, by a word or by a lock, brings nothing older back. A word
/// that means nothing changes no verdict.
/// </summary>
public class FloorOfOthersTests
{
    private const string Protocol = """
        protocol mine
        about a test
        origin a test
        levels 3
        map remove-table
        phase change, boot cpu
            spin_lock(LOCK); go = 1; pmd(below text) = 0; spin_unlock(LOCK); dsb ishst; gone = 1
            tlbi vmalle1; dsb nsh; isb
            wait acked == num_online_cpus - 1; free the table below text
        phase flush, secondaries
            KNOW; WORD tlbi vmalle1; dsb nsh; isb; acked += 1
        phase flush, cpu 1
            KNOW; WORD tlbi vmalle1; dsb nsh; isb; acked += 1

        """;

    [Theory]
    [InlineData("l", "wait go == 1; spin_lock(l); spin_unlock(l)", true)]
    [InlineData("zone->lock", "wait go == 1; spin_lock(zone->lock); spin_unlock(zone->lock)", true)]
    [InlineData("l", "wait gone == 1", true)]
    [InlineData("l", "wait go == 1", false)]
    [InlineData("l", "isb", false)]
    public void A_word_or_a_lock_orders_the_flush_of_every_CPU(string @lock, string know, bool holds)
    {
        foreach (string word in (string[])["", "z = 1;"])
        {
            string text = Protocol.Replace("LOCK", @lock).Replace("KNOW", know).Replace("WORD", word);
            foreach (int cpus in (int[])[2, 3])
            {
                var report = new ProtocolCheck(
                    CheckedProtocols.Parse("mine", text), new CheckOptions { Cpus = cpus, Cnp = false },
                    CancellationToken.None).Run();
                Assert.Equal(holds ? CheckVerdict.Holds : CheckVerdict.Violated, report.Verdict);
            }
        }
    }
}
