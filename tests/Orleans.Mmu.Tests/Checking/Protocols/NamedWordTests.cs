using Orleans.Mmu.Checking.Checks;
using Orleans.Mmu.Checking.Protocols;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Verdicts.Checks;
using Orleans.Mmu.Verdicts.Properties;

namespace Orleans.Mmu.Tests.Checking.Protocols;

/// <summary>
/// The merged dance with two words of its own in place of the flag: secondaries count in on one, and the boot CPU
/// releases them by the other.
/// </summary>
public class NamedWordTests
{
    private static readonly string Dance = CheckedProtocols.Find("idmap-reserved")!.File.Text
        .Replace("protocol idmap-reserved", "protocol two-words", StringComparison.Ordinal)
        .Replace("    flag = 1; smp_mb\n", "", StringComparison.Ordinal)
        .Replace("phase announce, boot cpu\n", "", StringComparison.Ordinal)
        .Replace("flag += 1", "parked += 1", StringComparison.Ordinal)
        .Replace("wait flag == num_online_cpus", "wait parked == num_online_cpus - 1", StringComparison.Ordinal)
        .Replace("    flag = 0\n", "    released = 1\n", StringComparison.Ordinal)
        .Replace("wfe until flag == 0", "wait released == 1", StringComparison.Ordinal);

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void Two_words_do_what_the_flag_does(int cpus)
    {
        var report = Check(Dance, cpus);
        Assert.Equal(CheckVerdict.Holds, report.Verdict);
    }

    [Fact]
    public void They_do_it_on_any_number_of_CPUs() =>
        Assert.Equal(CheckVerdict.Holds, Check(Dance, new CheckOptions { AnyCpus = true }).Verdict);

    // With two secondaries, the other one has not parked yet.
    [Theory]
    [InlineData(2, null)]
    [InlineData(3, "tlb-conflict")]
    public void A_wait_for_one_CPU_is_enough_for_one(int cpus, string? property) =>
        Assert.Equal(property, Check(Waiting("1"), cpus).Property?.Name);

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void A_wait_for_more_CPUs_than_count_in_never_ends(int cpus) =>
        Assert.Equal(Property.EndlessWait, Check(Waiting("3"), cpus).Property);

    // A secondary back on the map caches a block that the boot CPU has replaced and not flushed.
    [Fact]
    public void A_release_before_the_flush_is_too_early()
    {
        string early = Dance.Replace("    released = 1\n", "", StringComparison.Ordinal)
            .Replace("PAGE_END)\n", "PAGE_END)\n    released = 1\n", StringComparison.Ordinal);
        Assert.Equal(Property.TlbConflict, Check(early, 2).Property);
    }

    [Theory]
    [InlineData("text")]
    [InlineData("num_online_cpus")]
    [InlineData("pmd")]
    public void A_word_has_no_name_that_means_something_else(string name) =>
        Assert.StartsWith("f:", Assert.Throws<InputException>(() => CheckedProtocols.Parse(
            "f", Dance.Replace("parked", name, StringComparison.Ordinal))).Message, StringComparison.Ordinal);

    [Fact]
    public void A_protocol_has_four_words_at_most()
    {
        string five = Dance.Replace("    parked += 1\n",
            "    a += 1\n    b += 1\n    c += 1\n    parked += 1\n", StringComparison.Ordinal);
        Assert.Throws<InputException>(() => CheckedProtocols.Parse("f", five));
    }

    [Fact]
    public void A_lock_may_have_any_name()
    {
        var known = CheckedProtocols.Find("two-splitters")!;
        string renamed = known.File.Text.Replace("protocol two-splitters", "protocol mine", StringComparison.Ordinal)
            .Replace("pgtable_split_lock", "my_lock", StringComparison.Ordinal);
        var (expected, found) = (Check(known.File.Text, 2), Check(renamed, 2));
        Assert.Equal((expected.Verdict, expected.States), (found.Verdict, found.States));
    }

    private static string Waiting(string value) =>
        Dance.Replace("== num_online_cpus - 1", $"== {value}", StringComparison.Ordinal);

    private static CheckReport Check(string text, int cpus) => Check(text, new CheckOptions { Cpus = cpus });

    private static CheckReport Check(string text, CheckOptions options) =>
        new ProtocolCheck(CheckedProtocols.Parse("f", text), options, CancellationToken.None).Run();
}
