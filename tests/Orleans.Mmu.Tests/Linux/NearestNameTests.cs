using Orleans.Mmu.Inputs;

namespace Orleans.Mmu.Tests.Linux;

/// <summary>The known name that a mistyped one probably means.</summary>
public class NearestNameTests
{
    private static readonly string[] Names = ["dsb ish", "dsb ishst", "isb", "flag = 0", "flag = 1; smp_mb"];

    [Theory]
    [InlineData("dsb sh", "dsb ish")]
    [InlineData("DSB ISHST", "dsb ishst")]
    [InlineData("ibs", null)]
    [InlineData("sb", "isb")]
    [InlineData("flag = 1", "flag = 1; smp_mb")]
    [InlineData("flag = 2", "flag = 0")]
    [InlineData("something else", null)]
    [InlineData("", null)]
    public void It_has_the_fewest_letters_to_change(string text, string? nearest)
    {
        Assert.Equal(nearest, NearestName.Of(text, Names));
        Assert.Equal(nearest is null ? "" : $" (the nearest is \"{nearest}\")", NearestName.Hint(text, Names));
    }

    [Theory]
    [InlineData("cortex-a7", " (the nearest are 'Cortex-A76', 'Cortex-A77' and 'Cortex-A78')")]
    [InlineData("Cortex-A59", " (the nearest are 'Cortex-A53', 'Cortex-A55' and 'Cortex-A57')")]
    [InlineData("Cortex-A99", " (the nearest are 'Cortex-A53', 'Cortex-A55' and 'Cortex-A57')")]
    [InlineData("Neoverse-N3", " (the nearest are 'Neoverse-N1' and 'Neoverse-N2')")]
    [InlineData("Neoverse-N", " (the nearest are 'Neoverse-N1' and 'Neoverse-N2')")]
    [InlineData("Neoverse-N1", " (the nearest is 'Neoverse-N1')")]
    [InlineData("Neoverse-M4", " (the nearest is 'Neoverse-V4')")]
    [InlineData("Cortex-A5", " (the nearest are 'Cortex-A53', 'Cortex-A55' and 'Cortex-A57')")]
    [InlineData("Cortex-A51", " (the nearest is 'Cortex-A510')")]
    [InlineData("neo", " (the nearest are 'Neoverse-N1', 'Neoverse-N2' and 'Neoverse-V4')")]
    [InlineData("X4", "")]
    public void Of_equally_near_names_three_are_listed(string text, string hint)
    {
        string[] cores =
        [
            "Cortex-A53", "Cortex-A55", "Cortex-A57", "Cortex-A76", "Cortex-A77", "Cortex-A78", "Cortex-A510",
            "Neoverse-N1", "Neoverse-N2", "Neoverse-V4", "Neoverse-N1",
        ];
        Assert.Equal(hint, NearestName.Hint(text, cores, '\''));
    }

    [Fact]
    public void Of_equally_near_names_those_that_begin_alike_come_first() =>
        Assert.Equal(["abx", "xbc"], NearestName.AllOf("abc", ["xbc", "abx"]));

    [Fact]
    public void A_text_of_any_length_is_answered_at_once() =>
        Assert.Null(NearestName.Of(new string('x', 1_000_000), Names));
}
