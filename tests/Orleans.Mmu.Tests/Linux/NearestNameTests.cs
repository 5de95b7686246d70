using Orleans.Mmu.Inputs;

namespace Orleans.Mmu.Tests.Linux;

/// <summary>The known name that a mistyped one probably means.</summary>
public class NearestNameTests
{
    private static readonly string[] Names = ["dsb ish", "dsb ishst", "isb", "flag = 0", "flag = 1; smp_mb"];

    [Theory]
    [InlineData("dsb is", "dsb ish")]
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

    [Fact]
    public void A_text_of_any_length_is_answered_at_once() =>
        Assert.Null(NearestName.Of(new string('x', 1_000_000), Names));
}
