using Orleans.Mmu.Checking.Checks;
using Orleans.Mmu.Checking.Protocols;
using Orleans.Mmu.Linux.Protocols;
using Orleans.Mmu.Verdicts.Checks;
using Orleans.Mmu.Verdicts.Properties;

namespace Orleans.Mmu.Tests.Checking.Protocols;

/// <summary>
/// Flushes by ASID in place of others: they leave the kernel's global leaves, and also its table entries, which carry
/// the ASID of whichever task the CPU ran when it walked them.
/// </summary>
public class AsidFlushTests
{
    // The global blocks of before stay beside those with nG.
    [Fact]
    public void It_does_not_replace_the_flush_before_leaves_get_nG() => Assert.Equal(
        Property.TlbConflict, Check("kpti-install", "tlbi vmalle1\n", "tlbi aside1, asid 0\n").Property);

    // The pages are flushed by then: what is left of the table is the entry that leads to it, with some task's ASID.
    [Fact]
    public void It_does_not_replace_the_flush_of_an_unlinked_table() => Assert.Equal(
        Property.FreedTable,
        Check("hot-remove", "tlbi vaae1is, below text\n", "tlbi aside1is, asid 0\n").Property);

    [Fact]
    public void A_file_is_warned_of_it()
    {
        string text = CheckedProtocols.Find("hot-remove")!.File.Text
            .Replace("protocol hot-remove\n", "protocol mine\n", StringComparison.Ordinal)
            .Replace("tlbi vaae1is, below text\n", "tlbi aside1is, asid 0\n", StringComparison.Ordinal);
        string warning = Assert.Single(CheckedProtocols.Parse("f", text).File.Warnings);
        Assert.StartsWith("f:", warning, StringComparison.Ordinal);
        Assert.Contains("\"tlbi aside1is, asid 0\" removes nothing of the kernel's map for certain", warning,
            StringComparison.Ordinal);
    }

    [Fact]
    public void The_local_form_leaves_the_entry_on_other_CPUs() => Assert.Equal(
        Property.FreedTable,
        Check("hot-remove", "tlbi vaae1is, below text\n    dsb ish\n", "tlbi aside1, asid 0\n    dsb nsh\n").Property);

    [Fact]
    public void It_does_not_replace_the_flush_of_global_pages() => Assert.Equal(
        Property.StaleTranslation,
        Check("hot-remove", "tlbi rvaale1is, below text\n", "tlbi aside1is, asid 0\n").Property);

    [Fact]
    public void Its_weaker_form_is_the_local_one()
    {
        Assert.Same(Tlbi.LocalAsid, Assert.Single(Mistakes.Weaker(Tlbi.BroadcastAsid)));
        Assert.Empty(Mistakes.Weaker(Tlbi.LocalAsid));
    }

    private static CheckReport Check(string name, string flush, string instead)
    {
        string text = CheckedProtocols.Find(name)!.File.Text
            .Replace($"protocol {name}\n", "protocol mine\n", StringComparison.Ordinal);
        Assert.Contains(flush, text, StringComparison.Ordinal);
        return new ProtocolCheck(
            CheckedProtocols.Parse("f", text.Replace(flush, instead, StringComparison.Ordinal)),
            new CheckOptions { Cpus = 2 }, CancellationToken.None).Run();
    }
}
