using Xunit.Abstractions;

[assembly: TestCollectionOrderer("Orleans.Mmu.Tests.LongCollectionsFirst", "Orleans.Mmu.Tests")]

namespace Orleans.Mmu.Tests;

/// <summary>
/// Starts the collections that take longest first: one that starts late runs alone at the end, on a machine that is
/// otherwise idle.
/// </summary>
public sealed class LongCollectionsFirst : ITestCollectionOrderer
{
    // Tests that share silos run one after another; tests of a cluster wait for processes.
    private static readonly string[] Long = ["TwoSilos", "OneSilo", ".FuzzTests", "Tests.Cluster.", ".SignalTests"];

    public IEnumerable<ITestCollection> OrderTestCollections(IEnumerable<ITestCollection> testCollections) =>
        testCollections.OrderBy(Rank);

    private static int Rank(ITestCollection collection)
    {
        int rank = Array.FindIndex(Long, l => collection.DisplayName.Contains(l, StringComparison.Ordinal));
        return rank < 0 ? Long.Length : rank;
    }
}
