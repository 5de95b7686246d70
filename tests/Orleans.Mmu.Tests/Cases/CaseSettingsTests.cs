namespace Orleans.Mmu.Tests.Cases;

public sealed class CaseSettingsTests
{
    [Fact]
    public void Without_variables_the_cases_are_fixed() =>
        Assert.Equal(new(CaseSettings.FixedSeed, 1, null), CaseSettings.Read(_ => null));

    [Fact]
    public void Variables_ask_for_other_cases_and_for_more() => Assert.Equal(
        new("monday", 30, TimeSpan.FromSeconds(60)),
        CaseSettings.Read(name => name switch
        {
            "MMU_CASES_SEED" => "monday",
            "MMU_CASES_TIMES" => "30",
            "MMU_CASES_SECONDS" => "60",
            _ => null,
        }));

    [Fact]
    public void Fresh_cases_have_a_seed_that_draws_them_again()
    {
        string first = Fresh();

        Assert.NotEqual(first, Fresh());
        Assert.Equal(first, CaseSettings.Read(name => name == "MMU_CASES_SEED" ? first : null).Seed);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("many")]
    public void A_number_that_is_not_positive_is_refused(string text)
    {
        var refusal = Assert.Throws<FormatException>(
            () => CaseSettings.Read(name => name == "MMU_CASES_TIMES" ? text : null));

        Assert.Equal($"MMU_CASES_TIMES: expected a positive number, found {text}", refusal.Message);
    }

    // Cases that the settings add end with the time; those that a property asks for do not.
    [Fact]
    public void Time_ends_only_what_is_added()
    {
        var cases = new CaseSequence("A.b", 10, new(CaseSettings.FixedSeed, 3, TimeSpan.FromTicks(-1)));

        Assert.False(cases.ComesTooLate(9));
        Assert.True(cases.ComesTooLate(10));
    }

    private static string Fresh() => CaseSettings.Read(name => name == "MMU_CASES_SEED" ? "fresh" : null).Seed;
}
