using CsCheck;
using Orleans.Mmu.Checking.References;
using Orleans.Mmu.Exploration.Search;

namespace Orleans.Mmu.Tests.Checking.References;

/// <summary>Numbers of states that other model checkers found, and a formula that gives all of them.</summary>
public class ReferenceSystemTests
{
    [Theory]
    [InlineData(true, false, 2, 350)]
    [InlineData(true, false, 3, 3_394)]
    [InlineData(true, false, 4, 39_488)]
    [InlineData(true, false, 5, 478_294)]
    [InlineData(false, false, 2, 1_485)]
    [InlineData(false, false, 3, 37_169)]
    [InlineData(false, false, 4, 1_007_373)]
    [InlineData(true, true, 2, 6_572)]
    [InlineData(true, true, 3, 346_164)]
    [InlineData(false, true, 2, 37_657)]
    public void There_are_as_many_states_as_others_found(bool parks, bool twoStep, int cpus, long states)
    {
        var exploration = Explore(new(cpus, parks, twoStep));

        Assert.Equal(states, exploration.States);
        Assert.Equal(states, Formula(parks, twoStep, cpus));
        Assert.Equal(!parks, exploration.Findings.Any(f => f.Property == 0));
    }

    [Theory]
    [InlineData(true, 2, 350)]
    [InlineData(true, 3, 1_872)]
    [InlineData(true, 4, 8_395)]
    [InlineData(true, 5, 31_444)]
    [InlineData(true, 6, 101_795)]
    [InlineData(true, 7, 293_435)]
    [InlineData(false, 2, 1_485)]
    [InlineData(false, 3, 19_327)]
    [InlineData(false, 4, 186_975)]
    public void There_are_as_many_orbits_as_others_found(bool parks, int cpus, long orbits) =>
        Assert.Equal(orbits, Explore(new(cpus, parks, Symmetry: true)).States);

    // The largest that were counted elsewhere: what the explorer's numbers are compared with is right there too.
    [Theory]
    [InlineData(true, false, 6, 5_872_280)]
    [InlineData(true, true, 5, 1_083_907_728)]
    [InlineData(false, false, 6, 836_474_205)]
    [InlineData(false, true, 4, 653_712_205)]
    public void The_formula_gives_the_largest_known_numbers(bool parks, bool twoStep, int cpus, long states) =>
        Assert.Equal(states, Formula(parks, twoStep, cpus));

    [Theory]
    [InlineData(ReferenceMutant.None, true)]
    [InlineData(ReferenceMutant.NoBroadcast, true)]
    [InlineData(ReferenceMutant.NoLocal, true)]
    [InlineData(ReferenceMutant.Early, true)]
    [InlineData(ReferenceMutant.NoSwitch, false)]
    [InlineData(ReferenceMutant.NoBroadcast | ReferenceMutant.NoLocal, false)]
    [InlineData(ReferenceMutant.Early | ReferenceMutant.NoLocal, false)]
    [InlineData(ReferenceMutant.NoBroadcast | ReferenceMutant.NoSwitch, false)]
    public void Mutants_of_parking_are_judged_as_others_judge_them(ReferenceMutant mutant, bool holds)
    {
        for (int cpus = 2; cpus <= 4; cpus++)
        {
            if (cpus < 4)
                Assert.Equal(holds, Explore(new(cpus, Parks: true, Mutant: mutant)).Findings.All(f => f.Property != 0));
            Assert.Equal(holds,
                Explore(new(cpus, Parks: true, Symmetry: true, Mutant: mutant)).Findings.All(f => f.Property != 0));
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Spinning_secondaries_fail_after_a_block_is_cached_everybody_waits_and_a_page_is_walked(int cpus)
    {
        foreach (bool symmetry in cpus < 4 ? (bool[])[false, true] : [true])
        {
            var options = new ReferenceOptions(cpus, Parks: false, Symmetry: symmetry);
            var finding = Explore(options).Findings.Single(f => f.Property == 0);

            AssertPath(options, finding.Path);
            Assert.Equal(2 * cpus + 2, finding.Path.Count - 1);
            Assert.Equal(2, finding.Path.Skip(1).Count(s => ReferenceSystem.IsSpeculation(s.Label)));
            Assert.Equal(2 * cpus, finding.Path.Skip(1).Count(s => ReferenceSystem.IsProtocol(s.Label)));
        }
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(true, true)]
    [InlineData(false, false)]
    public void Everybody_comes_to_the_end(bool parks, bool twoStep) =>
        Assert.All((bool[])[false, true], symmetry =>
            Assert.DoesNotContain(Explore(new(3, parks, twoStep, symmetry)).Findings, f => f.Property != 0));

    [Theory]
    [InlineData(true, false, 4, false)]
    [InlineData(true, false, 5, true)]
    [InlineData(false, false, 3, true)]
    [InlineData(false, true, 2, false)]
    public void The_number_of_workers_changes_nothing(bool parks, bool twoStep, int cpus, bool symmetry)
    {
        var options = new ReferenceOptions(cpus, parks, twoStep, symmetry);
        var one = Explore(options, workers: 1);
        foreach (int workers in (int[])[2, 16])
        {
            var many = Explore(options, workers);

            Assert.Equal((one.States, one.Transitions, one.Depth, one.MemoryBytes),
                (many.States, many.Transitions, many.Depth, many.MemoryBytes));
            Assert.Equal(one.Findings.Select(f => f.Property), many.Findings.Select(f => f.Property));
            Assert.All(one.Findings.Zip(many.Findings), pair => Assert.Equal(pair.First.Path, pair.Second.Path));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(9)]
    public void There_are_two_to_eight_cpus(int cpus) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new ReferenceSystem(new(cpus, Parks: true)));

    private static Exploration<ReferenceState> Explore(ReferenceOptions options, int workers = 2) =>
        Explorer.Explore<ReferenceState, ReferenceSystem>(
            new(options), new() { Symmetry = options.Symmetry, Workers = workers }, CancellationToken.None);

    private static void AssertPath(ReferenceOptions options, IReadOnlyList<PathTransition<ReferenceState>> path)
    {
        var system = new ReferenceSystem(options);
        Assert.Equal(new(-1, system.Initial), path[0]);
        for (int i = 1; i < path.Count; i++)
        {
            var successors = new SuccessorBuffer<ReferenceState>();
            system.Successors(path[i - 1].State, successors);
            Assert.Contains(path[i], successors.States.ToArray()
                .Zip(successors.Labels.ToArray(), (s, l) => new PathTransition<ReferenceState>(l, s)));
        }
    }

    // a, b, c: states of one CPU before the split, after it but not invalidated, after the invalidation.
    private static long Formula(bool parks, bool twoStep, int cpus)
    {
        var (a, b, c) = twoStep ? (4L, 82L, 55L) : (2L, 16L, 11L);
        int k = cpus - 1;
        return parks
            ? Power(a, cpus) + a * Power(2 * a + 2, k) + b + (b + c) * Power(2, k) + c * Power(2 + c, k)
            + Power(c, cpus)
            : Power(a, cpus) + Power(3, k) * Power(a, cpus) + Power(b, cpus) + Power(b + c, cpus)
            + Power(3, k) * Power(c, cpus) + Power(c, cpus);
    }

    private static long Power(long of, int exponent) => exponent == 0 ? 1 : of * Power(of, exponent - 1);
}
