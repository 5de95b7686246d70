using Orleans.Mmu.Checking.Checks;
using Orleans.Mmu.Checking.Protocols;
using Orleans.Mmu.Checking.Scripts;
using Orleans.Mmu.Verdicts.Checks;
using Orleans.Mmu.Verdicts.Properties;

namespace Orleans.Mmu.Tests.Checking.Protocols;

/// <summary>Mutants of CPU 1's own program: it is stopped while it holds a lock that the boot CPU waits for.</summary>
public class CpuOneMutantTests
{
    private const string Text = """
        protocol held
        about    CPU 1 is stopped while it holds a lock
        origin   a test
        levels   3
        map      split

        phase change, boot cpu
            flag = 1; smp_mb
            spin_lock(zone->lock); spin_unlock(zone->lock)
            pte[all](below text) = page; dsb ishst
            pmd(below text) = table; dsb ishst; isb
            flag = 0

        phase change, cpu 1
            spin_lock(zone->lock)
            wfe until flag == 0
            spin_unlock(zone->lock)
            tlbi vmalle1
            dsb nsh

        phase rest, secondaries
            wfe until flag == 0
        """;

    private static readonly CheckedProtocol Held = CheckedProtocols.Parse("f", Text);

    private static readonly MutantMatrix Matrix =
        MutantMatrix.Of(Held, new CheckOptions { Cpus = 2 }, null, CancellationToken.None);

    [Fact]
    public void Each_of_its_steps_is_removed_and_each_two_are_exchanged()
    {
        Assert.Equal(
            ["spin_lock(zone->lock)", "wfe until flag == 0", "spin_unlock(zone->lock)", "tlbi vmalle1", "dsb nsh"],
            Of(Mutation.Remove).Select(m => m.Mutant.Step));
        Assert.Equal(4, Of(Mutation.Swap).Count());
        Assert.Contains(
            "cpu 1, change 5, mistake: dsb ishst instead of dsb nsh", Of(Mutation.Mistake).Select(m => m.Mutant.Name));
        Assert.Equal(Matrix.Mutants.Length, Matrix.Mutants.Select(m => m.Mutant.Name).Distinct().Count());
    }

    // CPU 1's phase has the name of the secondaries' phase, and its steps have the same places and texts.
    [Fact]
    public void Mutants_of_two_steps_have_names_of_their_own()
    {
        var script = CheckedProtocols.Parse("f", Text.Replace(
            "phase rest, secondaries", "phase work, secondaries", StringComparison.Ordinal)
            .Replace(
                "phase change, cpu 1\n    spin_lock(zone->lock)\n", "phase work, cpu 1\n", StringComparison.Ordinal)
            + "\n\nphase handle, on ipi\n    isb\n    tlbi vmalle1\n    dsb nsh\n").Script;
        var removals = Mutant.Removals(script).ToList();
        var names = removals.SelectMany((a, i) => removals.Skip(i + 1).Select(b => Mutant.Pair(script, a, b).Name))
            .Concat(removals.Select(m => m.Name)).Concat(Mutant.Swaps(script).Select(m => m.Name)).ToList();
        Assert.Equal(names.Count, names.Distinct().Count());
    }

    // CPU 1 may have the lock when the boot CPU wants it, and keeps it until the boot CPU has gone on.
    [Theory]
    [InlineData("spin_lock(zone->lock)", false)]
    [InlineData("wfe until flag == 0", false)]
    [InlineData("spin_unlock(zone->lock)", true)]
    [InlineData("tlbi vmalle1", true)]
    public void Without_the_lock_or_the_wait_the_boot_CPU_goes_on(string step, bool waits)
    {
        var report = Of(Mutation.Remove).Single(m => m.Mutant.Step == step).Report;

        Assert.Equal(waits ? Property.EndlessWait : null, report.Property);
    }

    private static IEnumerable<MutantVerdict> Of(Mutation mutation) =>
        Matrix.Mutants.Where(m => m.Mutant.Program == CpuProgram.CpuOne && m.Mutant.Mutation == mutation);
}
