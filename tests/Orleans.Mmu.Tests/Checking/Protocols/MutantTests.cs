using Orleans.Mmu.Checking.Checks;
using Orleans.Mmu.Checking.Protocols;
using Orleans.Mmu.Checking.Scripts;
using Orleans.Mmu.Verdicts.Checks;
using Orleans.Mmu.Verdicts.Properties;

namespace Orleans.Mmu.Tests.Checking.Protocols;

/// <summary>What each step of the merged protocol is there for, and that every known mistake is found.</summary>
public sealed class MutantTests
{
    private static readonly CheckedProtocol Merged = CheckedProtocols.Find("idmap-reserved")!;

    private static readonly Lazy<MutantMatrix> Matrix =
        new(() => MutantMatrix.Of(Merged, new(), null, CancellationToken.None));

    private static readonly Lazy<MutantMatrix> Unshared =
        new(() => MutantMatrix.Of(Merged, new() { Cnp = false }, null, CancellationToken.None));

    /// <summary>Mistakes that a model of this protocol must be able to show, as the mutants that make them.</summary>
    public static TheoryData<string, string> KnownMistakes => new()
    {
        { "park 13, remove: tlbi vmalle1", "tlb-conflict" },
        { "park 13, mistake: tlbi vmalle1 before step 11, msr ttbr1_el1, reserved_pg_dir", "tlb-conflict" },
        { "park 12, remove: isb", "tlb-conflict" },
        { "park 14, remove: dsb nsh", "tlb-conflict" },
        { "park 16, mistake: flag += 1 before step 13, tlbi vmalle1", "tlb-conflict" },
        { "park 13, mistake: tlbi vale1, below text instead of tlbi vmalle1", "tlb-conflict" },
        { "repaint 17, mistake: flag = 0 before step 11, dsb ishst", "tlb-conflict" },
        { "machine, mistake: CPU 1 is not in stop_machine()", "tlb-conflict" },
        { "park 17, mistake: ldr x0, [sp] after flag += 1", "fault-while-parked" },
        { "resume 19, remove: isb", "unexpected-fault" },
        { "park 11, mistake: msr ttbr1_el1, reserved_pg_dir | CnP instead of msr ttbr1_el1, reserved_pg_dir",
        "cnp-mismatch" },
        { "machine, mistake: the boot CPU is of level 0", "tlb-conflict" },
    };

    [Theory]
    [MemberData(nameof(KnownMistakes))]
    public void A_known_mistake_is_found(string mutant, string property)
    {
        Assert.Equal(property, Verdict(Matrix.Value, mutant).Report.Property?.Name);
        if (!mutant.Contains("CnP", StringComparison.Ordinal))
            Assert.Equal(property, Verdict(Unshared.Value, mutant).Report.Property?.Name);
    }

    [Theory]
    [InlineData("repaint 14, remove: tlbi vmalle1is")]
    [InlineData("repaint 15, remove: dsb ish")]
    [InlineData("repaint 17, mistake: flag = 0 before step 13, dsb ishst")]
    public void The_flush_is_needed_because_CPUs_may_share_TLB_entries(string mutant)
    {
        Assert.Equal(Property.TlbConflict, Verdict(Matrix.Value, mutant).Report.Property);
        Assert.Equal(CheckVerdict.Holds, Verdict(Unshared.Value, mutant).Report.Verdict);
    }

    [Fact]
    public void Every_redundant_step_has_an_argument_and_no_other_step_has()
    {
        var redundant = Redundant(Matrix.Value).Union(Redundant(Unshared.Value)).Order();

        Assert.Equal(WhyRedundant.All.Select(w => (w.Program, w.Position)).Order(), redundant);
    }

    [Fact]
    public void A_pair_is_of_steps_that_may_go_alone()
    {
        Assert.NotEmpty(Matrix.Value.Pairs);
        foreach (var pair in Matrix.Value.Pairs)
        {
            Assert.Equal(CheckVerdict.Holds, Verdict(Matrix.Value, pair.A.Name).Report.Verdict);
            Assert.Equal(CheckVerdict.Holds, Verdict(Matrix.Value, pair.B.Name).Report.Verdict);
        }
    }

    [Fact]
    public void Each_step_is_removed_once_and_each_pair_of_neighbours_exchanged_once()
    {
        int steps = Merged.Script.BootCpu.Length + Merged.Script.Secondaries.Length;

        Assert.Equal(steps, Matrix.Value.Mutants.Count(m => m.Mutant.Mutation == Mutation.Remove));
        Assert.Equal(
            steps - 2 - new[] { CpuProgram.BootCpu, CpuProgram.Secondaries }
                .Sum(r => Merged.Script[r].Zip(Merged.Script[r].Skip(1)).Count(p => p.First.Step == p.Second.Step)),
            Matrix.Value.Mutants.Count(m => m.Mutant.Mutation == Mutation.Swap));
        Assert.Equal(Matrix.Value.Mutants.Length, Matrix.Value.Mutants.Select(m => m.Mutant.Name).Distinct().Count());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_proof_for_any_number_agrees_on_every_mutant(bool cnp)
    {
        var any = new ProtocolCheck(Merged, new() { AnyCpus = true, Cnp = cnp }, CancellationToken.None);
        foreach (var (mutant, report) in (cnp ? Matrix : Unshared).Value.Mutants.Select(m => (m.Mutant, m.Report)))
            Assert.Equal(report.Verdict, any.Run(mutant).Verdict);
    }

    /// <summary>The rules of maintenance by one address, told by what goes wrong without each part of it.</summary>
    [Theory]
    [InlineData("change 10, remove: tlbi vaale1is, below text page 0", "stale-write")]
    [InlineData("change 11, remove: dsb ish", "stale-write")]
    [InlineData("change 11, mistake: dsb ishst instead of dsb ish", "stale-write")]
    [InlineData("change 11, mistake: dsb nsh instead of dsb ish", "stale-write")]
    [InlineData("change 12, remove: isb", "stale-write")]
    [InlineData("change 10, swap: tlbi vaale1is, below text page 0 <-> dsb ish", "stale-write")]
    [InlineData("change 2, remove: dsb ishst", "unfilled-table")]
    [InlineData("change 2, mistake: dmb ishst instead of dsb ishst", null)]
    public void A_permission_change_needs_its_whole_flush(string mutant, string? property) =>
        Assert.Equal(property, Verdict(MatrixOf("set-memory-ro"), mutant).Report.Property?.Name);

    [Fact]
    public void A_TLBI_without_a_DSB_before_it_removes_nothing_that_was_just_overwritten()
    {
        // Both barriers between the store and the TLBI: one of them alone would do.
        var pair = Assert.Single(MatrixOf("set-memory-ro").Pairs);

        Assert.Equal(("dsb ishst", "dsb ishst", Property.StaleWrite), (pair.A.Step, pair.B.Step, pair.Report.Property));
    }

    [Theory]
    [InlineData("change 8, remove: tlbi vaae1is, below text", "freed-table")]
    [InlineData("change 7, mistake: dmb ishst instead of dsb ishst", "freed-table")]
    [InlineData("change 3, remove: tlbi rvaale1is, below text", "stale-translation")]
    public void Memory_and_tables_are_given_back_after_their_flush(string mutant, string property) =>
        Assert.Equal(property, Verdict(MatrixOf("hot-remove"), mutant).Report.Property?.Name);

    private static MutantMatrix MatrixOf(string name) =>
        MutantMatrix.Of(CheckedProtocols.Find(name)!, new() { Cpus = 2 }, null, CancellationToken.None);

    private static MutantVerdict Verdict(MutantMatrix matrix, string mutant) =>
        matrix.Mutants.Single(m => m.Mutant.Name == mutant);

    private static IEnumerable<(CpuProgram, int)> Redundant(MutantMatrix matrix) =>
        matrix.Mutants.Where(m => m.Mutant.Mutation == Mutation.Remove && m.Report.Verdict == CheckVerdict.Holds)
            .Select(m => (m.Mutant.Program, m.Mutant.Position));
}
