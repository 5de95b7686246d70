using CsCheck;
using Orleans.Mmu.Exploration.Search;

namespace Orleans.Mmu.Tests.Checking.Exploration;

/// <summary>With symmetry the explorer sees less and finds the same.</summary>
public class ExplorerSymmetryTests
{
    private static readonly Gen<PairSystem> Any = GraphSystem.Any.Select(graph => new PairSystem(graph));

    [Fact]
    public void One_state_of_each_orbit_is_seen() =>
        Any.ForAll(system => Assert.Equal(system.Survey().Orbits, Explore(system, symmetry: true).States));

    [Fact]
    public void The_same_is_found_after_as_many_steps() =>
        Any.ForAll(system =>
        {
            var plain = Explore(system, symmetry: false);
            var reduced = Explore(system, symmetry: true);

            Assert.Equal(plain.Findings.Select(f => (f.Property, f.Path.Count)),
                reduced.Findings.Select(f => (f.Property, f.Path.Count)));
            Assert.Equal(plain.Depth, reduced.Depth);
        });

    [Fact]
    public void Who_waits_for_ever_is_found_in_an_orbit_too() =>
        Any.ForAll(system =>
            Assert.Equal(system.Survey().Ends,
                Explore(system, symmetry: true).Findings.All(f => f.Property != ExplorerProperty.Liveness)));

    [Fact]
    public void Paths_are_made_of_states_of_the_system() =>
        Any.ForAll(system =>
            Assert.All(Explore(system, symmetry: true).Findings, f => Assert.True(system.IsPath(f.Path))));

    // The walker that is ahead stands behind in the representative: the one way to the end is through exchanged states.
    [Fact]
    public void An_end_that_only_exchanged_states_lead_to_is_reached()
    {
        var system = new PairSystem(new GraphSystem(3, [(0, 2), (2, 1), (1, 1)], [1]));

        Assert.Empty(Explore(system, symmetry: true).Findings);
    }

    private static Exploration<Node> Explore(PairSystem system, bool symmetry) =>
        Explorer.Explore<Node, PairSystem>(system, new() { Symmetry = symmetry }, CancellationToken.None);
}
