using Orleans.Mmu.Axioms.Comparison;
using Orleans.Mmu.Tests.Shared;

namespace Orleans.Mmu.Tests.Axioms;

/// <summary>
/// The oracle of the axioms has exactly the states that Arm's published model has, where it knows the test.
/// </summary>
public class PublicStateTests
{
    [SharedFact("litmus")]
    public void EveryStateOfTheCatalogueIsTheSame() => Check("litmus", "arm.json", inOrder: false, 244, 0);

    [SharedFact("litmus")]
    public void EveryStateOfTheModelInOrderIsTheSame() => Check("litmus", "expected.json", inOrder: true, 244, 0);

    // The 30 tests that it does not know: instruction fetch, memory tagging, AT, UDF, FEAT_ETS3, FEAT_ExS, and others.
    [SharedFact("litmus-more")]
    public void EveryStateOfTheOtherTestsIsTheSame() => Check("litmus-more", "arm.json", inOrder: false, 690, 60);

    private static void Check(string folder, string states, bool inOrder, int equal, int unknown)
    {
        var results = PublicStates.Compare(SharedFolder.Of(folder), states, inOrder, _ => true).ToArray();

        Assert.Empty(results.Where(result => !result.IsEqual && result.NotExpressible is null)
            .Select(result => $"{Path.GetFileName(result.File)} {result.Mode}"));
        Assert.Equal(equal, results.Count(result => result.IsEqual));
        Assert.Equal(unknown, results.Count(result => result.NotExpressible is not null));
    }
}
