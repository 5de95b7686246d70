using System.Collections.Concurrent;
using CsCheck;

namespace Orleans.Mmu.Tests.Cases;

public sealed class PropertyCheckTests
{
    private static readonly CaseSettings Fixed = new(CaseSettings.FixedSeed, Times: 1, Limit: null);

    [Fact]
    public void The_cases_are_the_same_in_every_run_and_on_every_machine()
    {
        var drawn = new ConcurrentBag<uint>();
        PropertyCheck.CheckCases(Gen.UInt.Uniform, drawn.Add, new(
            "PropertyCheckTests.The_cases_are_the_same_in_every_run_and_on_every_machine", 3, Fixed));

        Assert.Equal([947797393u, 2114283787u, 3811770549u], drawn.Order());
    }

    [Fact]
    public void More_cases_leave_the_first_as_they_are()
    {
        var few = Drawn(new("A.b", 20, Fixed));
        var many = Drawn(new("A.b", 20, Fixed with { Times = 5 }));

        Assert.Equal(20, few.Count);
        Assert.Equal(100, many.Distinct().Count());
        Assert.Subset(many.ToHashSet(), few.ToHashSet());
    }

    [Fact]
    public void Other_properties_and_other_seeds_have_other_cases()
    {
        var cases = Drawn(new("A.b", 20, Fixed));

        Assert.Empty(cases.Intersect(Drawn(new("A.c", 20, Fixed))));
        Assert.Empty(cases.Intersect(Drawn(new("A.b", 20, Fixed with { Seed = "another" }))));
    }

    [Theory]
    [InlineData("/home/x/tests/SplitTests.cs")]
    [InlineData(@"C:\tests\SplitTests.cs")]
    public void The_folder_of_the_sources_does_not_matter(string file) =>
        Assert.Equal("SplitTests.Holds", CaseSequence.Of(file, "Holds", 1).Property);

    // Threads check later cases meanwhile, which fail, too.
    [Fact]
    public void The_first_case_that_fails_is_named_with_its_seed_and_a_smaller_one()
    {
        var cases = new CaseSequence("A.b", 500, Fixed);
        var values = Enumerable.Range(0, 500).Select(i => Gen.Int[0, 1000].Generate(cases.Source(i), null, out _))
            .ToList();
        int first = values.FindIndex(v => v > 700);

        var failure = Assert.Throws<CsCheckException>(
            () => PropertyCheck.CheckCases(Gen.Int[0, 1000], v => Assert.InRange(v, 0, 700), cases));

        string[] lines = failure.Message.Split('\n');
        Assert.Equal($"Case {first} of the 500 of A.b, MMU_CASES_SEED=fixed:", lines[0]);
        Assert.Equal($"{values[first]}", lines[1]);
        Assert.Contains($"CsCheck_Seed={cases.Source(first)}. CsCheck looked for smaller ones: ", failure.Message,
            StringComparison.Ordinal);
        Assert.IsType<Xunit.Sdk.InRangeException>(failure.InnerException);
    }

    [Fact]
    public void A_check_that_fails_only_once_is_named_as_such()
    {
        int checks = 0;
        var failure = Assert.Throws<CsCheckException>(() => PropertyCheck.CheckCases(
            Gen.Bool, _ => Assert.NotEqual(1, Interlocked.Increment(ref checks)), new("A.b", 50, Fixed)));

        Assert.Contains("It does not fail a second time", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_predicate_that_is_false_fails() =>
        Assert.Throws<CsCheckException>(() => Gen.Select(Gen.Int, Gen.Int).ForAll((a, b) => a == b));

    [Fact]
    public async Task Of_asynchronous_checks_the_first_case_that_fails_is_named()
    {
        int checks = 0;
        var failure = await Assert.ThrowsAsync<CsCheckException>(() => PropertyCheck.CheckCasesAsync(
            Gen.Int, async _ =>
            {
                await Task.Yield();
                Assert.True(++checks < 4);
            }, new("A.b", 100, Fixed)));

        Assert.StartsWith("Case 3 of the 100 of A.b", failure.Message, StringComparison.Ordinal);
    }

    private static ConcurrentBag<ulong> Drawn(CaseSequence cases)
    {
        var drawn = new ConcurrentBag<ulong>();
        PropertyCheck.CheckCases(Gen.ULong.Uniform, drawn.Add, cases);
        return drawn;
    }
}
