namespace Orleans.Mmu.Tests.Boot;

/// <summary>A protocol's verdict must not depend on luck: the same for every seed.</summary>
[Collection(nameof(OneSilo))]
public sealed class RaceTests(OneSilo lab)
{
    [Theory]
    [InlineData("spin")]
    [InlineData("idmap-only")]
    [InlineData("live")]
    public async Task An_unsafe_protocol_ends_in_a_conflict_for_each_of_50_seeds(string protocol)
    {
        for (long seed = 1; seed <= 50; seed++)
        {
            var (_, report) = await lab.Boot(Lab.Small("asymmetric"), protocol, seed);
            Assert.Equal("repaint", report.Mode);
            var first = report.Violations.FirstOrDefault(v => v.Rule == "tlb-conflict");
            Assert.True(first is not null, $"seed {seed}: no conflict");
            Assert.InRange(first.Cpu!.Value, 4, 7);
            Assert.NotNull(first.Address);
            Assert.StartsWith("entry 1: a ", first.Explanation[0], StringComparison.Ordinal);
            Assert.StartsWith("         walked for ", first.Explanation[1], StringComparison.Ordinal);
            Assert.StartsWith("entry 2: a ", first.Explanation[2], StringComparison.Ordinal);
            Assert.StartsWith("between: CPU 0 stored the ", first.Explanation[4], StringComparison.Ordinal);
            Assert.Matches("in (its step|one of its steps) \"split ", first.Explanation[4]);
            Assert.All(report.Violations, v => Assert.InRange(v.Cpu!.Value, 4, 7));
        }
    }

    [Fact]
    public async Task The_merged_protocol_ends_in_none_for_each_of_200_seeds()
    {
        for (long seed = 1; seed <= 200; seed++)
        {
            var (_, report) = await lab.Boot(Lab.Small("asymmetric"), "idmap-reserved", seed);
            Assert.Equal("repaint", report.Mode);
            Assert.Empty(report.Violations);
            Assert.Equal(7, report.Repaint!.Parked);
            Assert.All(report.Cpus, c => Assert.Equal("swapper_pg_dir", c.Ttbr1));
        }
    }

    [Theory]
    [InlineData("symmetric", "block")]
    [InlineData("no-bbml2", "page")]
    public async Task A_symmetric_machine_is_never_repainted(string machine, string mode)
    {
        foreach (string protocol in new[] { "spin", "idmap-only", "live", "idmap-reserved" })
        {
            for (long seed = 1; seed <= 10; seed++)
            {
                var (_, report) = await lab.Boot(Lab.Small(machine), protocol, seed);
                Assert.Equal(mode, report.Mode);
                Assert.Null(report.Repaint);
                Assert.Empty(report.Violations);
            }
        }
    }

    // What the author of the series could test: on such a machine even the unsafe protocols look safe.
    [Theory]
    [InlineData("spin")]
    [InlineData("idmap-only")]
    [InlineData("live")]
    [InlineData("idmap-reserved")]
    public async Task A_repaint_forced_on_a_symmetric_machine_shows_no_race(string protocol)
    {
        for (long seed = 1; seed <= 20; seed++)
        {
            var (_, report) = await lab.Boot(Lab.Small("symmetric"), protocol, seed, force: true);
            Assert.Equal("repaint", report.Mode);
            Assert.True(report.Repaint!.SplitBlocks > 0);
            Assert.Empty(report.Violations);
        }
    }

    [Fact]
    public async Task A_secondary_of_plain_level_2_may_abort()
    {
        for (long seed = 1; seed <= 20; seed++)
        {
            var (_, report) = await lab.Boot(Lab.Small("plain-level2"), "spin", seed);
            Assert.Contains(report.Violations, v => v.Rule == "conflict-abort-possible");
            Assert.DoesNotContain(report.Violations, v => v.Rule == "tlb-conflict");
        }
    }

    [Fact]
    public async Task A_seed_repeats_its_run()
    {
        var (_, first) = await lab.Boot(Lab.Small("asymmetric"), "spin", 42);
        var (_, again) = await lab.Boot(Lab.Small("asymmetric"), "spin", 42);
        Assert.Equal(Lines(first), Lines(again));
        var (_, other) = await lab.Boot(Lab.Small("asymmetric"), "spin", 43);
        Assert.NotEqual(Lines(first), Lines(other));
    }

    [Fact]
    public async Task A_stack_access_on_the_reserved_table_faults()
    {
        var (_, report) = await lab.Boot(Lab.Small("asymmetric"), "reserved-on-stack", 1);
        Assert.Equal(7, report.Violations.Count(v => v.Rule == "fault-while-parked"));
        Assert.All(report.Violations, v => Assert.Contains("ldr x0, [sp]", v.Message, StringComparison.Ordinal));
    }

    private static List<string> Lines(Orleans.Mmu.Interfaces.Machines.BootReport report) =>
        [.. report.Violations.OrderBy(v => v.Cpu).SelectMany(v => v.Explanation.Prepend(v.Message))];
}
