using CsCheck;
using Orleans.Mmu.Arm.Choices;

namespace Orleans.Mmu.Tests.Checking;

/// <summary>Choices follow from the seed and from what they are for, and from nothing else.</summary>
public class SeededChoiceTests
{
    private static readonly Gen<(Purpose, long, long, long)> Question =
        Gen.Select(Gen.OneOf(Enum.GetValues<Purpose>()), Gen.Long, Gen.Long, Gen.Long);

    // A recorded seed must mean the same run in every build.
    [Theory]
    [InlineData(0ul, Purpose.Victim, 0, 0, 0, 0xc739f5ec15a29d83)]
    [InlineData(1ul, Purpose.Victim, 0, 0, 0, 0xdf273cabda46105d)]
    [InlineData(1ul, Purpose.Walk, 2, 5, 1, 0xe8e3ecb93ba68f7d)]
    [InlineData(ulong.MaxValue, Purpose.Hunter, -1, 7, 0, 0x0129f67d18da0008)]
    public void A_seed_means_the_same_for_ever(ulong seed, Purpose purpose, long a, long b, long c, ulong bits) =>
        Assert.Equal(bits, new SeededChoice(seed).Bits(purpose, a, b, c));

    [Fact]
    public void The_order_of_the_questions_does_not_matter() =>
        Gen.Select(Gen.ULong, Question.Array[1, 20]).ForAll((seed, questions) =>
        {
            ulong Ask((Purpose, long, long, long) q) => new SeededChoice(seed).Bits(q.Item1, q.Item2, q.Item3, q.Item4);

            var forwards = questions.Select(Ask).ToList();
            var backwards = questions.Reverse().Select(Ask).Reverse().ToList();

            Assert.Equal(forwards, backwards);
        });

    [Fact]
    public void Any_part_of_a_question_changes_the_answer() =>
        Gen.Select(Gen.ULong, Question).ForAll((seed, q) =>
        {
            var choice = new SeededChoice(seed);
            ulong bits = choice.Bits(q.Item1, q.Item2, q.Item3, q.Item4);

            Assert.NotEqual(bits, new SeededChoice(seed + 1).Bits(q.Item1, q.Item2, q.Item3, q.Item4));
            Assert.NotEqual(bits, choice.Bits(q.Item1, unchecked(q.Item2 + 1), q.Item3, q.Item4));
            Assert.NotEqual(bits, choice.Bits(q.Item1, q.Item2, unchecked(q.Item3 + 1), q.Item4));
            Assert.NotEqual(bits, choice.Bits(q.Item1, q.Item2, q.Item3, unchecked(q.Item4 + 1)));
            Assert.NotEqual(
                bits, choice.Bits(q.Item1 == Purpose.Walk ? Purpose.Victim : q.Item1 + 1, q.Item2, q.Item3, q.Item4));
        });

    [Fact]
    public void An_index_lies_in_its_range() =>
        Gen.Select(Gen.ULong, Gen.Int[1, 1000], Question).ForAll((seed, count, q) =>
            Assert.InRange(new SeededChoice(seed).Index(count, q.Item1, q.Item2, q.Item3, q.Item4), 0, count - 1));

    [Fact]
    public void Every_index_is_chosen_by_some_seed()
    {
        var chosen = new int[16];
        for (ulong seed = 0; seed < 4096; seed++)
            chosen[new SeededChoice(seed).Index(16, Purpose.Hunter)]++;

        Assert.All(chosen, c => Assert.InRange(c, 180, 340));
    }
}
