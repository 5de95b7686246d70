using CsCheck;
using Orleans.Mmu.Exploration.Search;

namespace Orleans.Mmu.Tests.Checking.Exploration;

/// <summary>The explorer against graphs, of which everything can be said by simpler means.</summary>
public class ExplorerTests
{
    [Fact]
    public void It_sees_every_state_and_counts_every_transition_that_can_be_reached() =>
        GraphSystem.Any.ForAll(system =>
        {
            var distances = system.Distances();
            var exploration = Explore(system);

            Assert.Equal(ExplorationEnd.Complete, exploration.End);
            Assert.Equal(distances.Count(d => d >= 0), exploration.States);
            Assert.Equal(system.Edges.Count(e => distances[e.From] >= 0), exploration.Transitions);
            Assert.Equal(distances.Max(), exploration.Depth);
        });

    [Fact]
    public void Each_property_that_is_violated_has_a_shortest_path() =>
        GraphSystem.Any.ForAll(system =>
        {
            var distances = system.Distances();
            var found = Explore(system).Findings.Where(f => f.Property < ExplorerProperty.Deadlock)
                .ToDictionary(f => f.Property);
            for (int property = 0; property < ExplorerProperty.Deadlock; property++)
            {
                int nearest = Nearest(distances, node => system.Violates(node, property));

                Assert.Equal(nearest >= 0, found.ContainsKey(property));
                if (nearest >= 0)
                    AssertShortest(system, found[property], nearest, node => system.Violates(node, property));
            }
        });

    [Fact]
    public void A_state_that_is_not_final_and_has_no_successor_is_a_deadlock() =>
        GraphSystem.Any.ForAll(system =>
        {
            int nearest = Nearest(system.Distances(), system.IsDeadlock);
            var found = Explore(system).Findings.Where(f => f.Property == ExplorerProperty.Deadlock).ToList();

            Assert.Equal(nearest >= 0 ? 1 : 0, found.Count);
            if (nearest >= 0)
                AssertShortest(system, found[0], nearest, system.IsDeadlock);
        });

    [Fact]
    public void A_state_that_comes_to_no_end_of_any_kind_waits_for_ever() =>
        GraphSystem.Any.ForAll(system =>
        {
            var ends = system.Reaching(node => system.IsFinal(new((ulong)node)) || system.IsDeadlock(node));
            int nearest = Nearest(system.Distances(), node => !ends[node]);
            var found = Explore(system).Findings.Where(f => f.Property == ExplorerProperty.Liveness).ToList();

            Assert.Equal(nearest >= 0 ? 1 : 0, found.Count);
            if (nearest >= 0)
                AssertShortest(system, found[0], nearest, node => !ends[node]);
        });

    [Fact]
    public void Findings_are_ordered_by_length_and_then_by_property() =>
        GraphSystem.Any.ForAll(system =>
        {
            var findings = Explore(system).Findings;

            Assert.Equal(findings.OrderBy(f => f.Path.Count).ThenBy(f => f.Property), findings);
        });

    // 0 ⇄ 1 → 2 ⇄ 3: from 2 on there is always something to do, and never an end.
    [Fact]
    public void Two_states_that_only_lead_to_each_other_are_found()
    {
        var system = new GraphSystem(5, [(0, 1), (1, 0), (1, 2), (2, 3), (3, 2), (1, 4)], [4]);

        var finding = Assert.Single(Explore(system).Findings);

        Assert.Equal(ExplorerProperty.Liveness, finding.Property);
        Assert.Equal([0UL, 1, 2], finding.Path.Select(s => s.State.Number));
    }

    [Fact]
    public void A_cycle_that_can_be_left_is_none()
    {
        var system = new GraphSystem(4, [(0, 1), (1, 2), (2, 0), (2, 3)], [3]);

        Assert.Empty(Explore(system).Findings);
    }

    [Fact]
    public void A_deadlock_hides_no_cycle_elsewhere()
    {
        var system = new GraphSystem(4, [(0, 1), (0, 2), (2, 3), (3, 2)], []);

        Assert.Equal(
            [ExplorerProperty.Deadlock, ExplorerProperty.Liveness], Explore(system).Findings.Select(f => f.Property));
    }

    [Fact]
    public void What_is_not_asked_is_not_looked_for()
    {
        var system = new GraphSystem(1, [(0, 0)], []);

        Assert.Empty(Explore(system, new() { CheckLiveness = false }).Findings);
    }

    private static Exploration<Node> Explore(GraphSystem system, ExplorerOptions? options = null) =>
        Explorer.Explore<Node, GraphSystem>(system, options ?? new(), CancellationToken.None);

    private static int Nearest(int[] distances, Func<int, bool> sought) =>
        Enumerable.Range(0, distances.Length).Where(n => distances[n] >= 0 && sought(n)).Select(n => distances[n])
            .DefaultIfEmpty(-1).Min();

    private static void AssertShortest(GraphSystem system, Finding<Node> finding, int length, Func<int, bool> sought)
    {
        Assert.True(system.IsPath(finding.Path));
        Assert.Equal(length, finding.Path.Count - 1);
        Assert.True(sought((int)finding.Path[^1].State.Number));
    }
}
