using Orleans.Mmu.Interfaces.Reports;
using Orleans.Mmu.Verdicts.Properties;

namespace Orleans.Mmu.Tests.Boot;

/// <summary>The writable alias of 6.18's repaint, on a whole machine.</summary>
[Collection(nameof(OneSilo))]
public sealed class WritableAliasTests(OneSilo lab)
{
    [Fact]
    public async Task With_the_rules_of_6_18_the_asymmetric_machine_keeps_its_first_block_of_text_writable()
    {
        var (_, report) = await lab.Boot(Lab.Small("asymmetric-6.18"), "idmap-reserved", 1);

        var violation = Assert.Single(report.Violations);
        Assert.Equal(Property.WritableAlias.Name, violation.Rule);
        Assert.Equal(0xffff_0000_0020_0000, violation.Address);
        Assert.Contains(
            "0xffff000000200000-0xffff000000400000 (512 x 4K)", violation.Message, StringComparison.Ordinal);
        Assert.Contains(violation.Explanation,
            l => l.StartsWith("mark_linear_text_alias_ro() should have", StringComparison.Ordinal));
        Assert.Contains(violation.Explanation, l => l.Contains("since 7.2", StringComparison.Ordinal));
        Assert.Equal(MachineOutcome.Online, report.Outcome);
    }

    [Fact]
    public async Task Nothing_is_found_where_the_writer_goes_on_in_the_table() =>
        Assert.Empty((await lab.Boot(Lab.Small("asymmetric"), "idmap-reserved", 1)).Report.Violations);

    [Theory]
    [InlineData("6.18", "\"fixes\": [\"writable-text-alias\"]", false)]
    [InlineData("7.3", "\"bugs\": [\"writable-text-alias\"]", true)]
    public async Task The_mistake_can_be_taken_from_one_kernel_and_given_to_another(
        string version, string key, bool found)
    {
        string json = Lab.Small("asymmetric")
            .Replace("\"version\": \"7.3\"", $"\"version\": \"{version}\", {key}", StringComparison.Ordinal);

        Assert.Equal(found, (await lab.Boot(json, "idmap-reserved", 1)).Report.Violations.Any(
            v => v.Rule == Property.WritableAlias.Name));
    }

    [Fact]
    public async Task A_machine_that_is_not_repainted_has_no_such_alias() =>
        Assert.Empty((await lab.Boot(Lab.Small("symmetric").Replace("7.3", "6.18", StringComparison.Ordinal),
            "idmap-reserved", 1)).Report.Violations);
}
