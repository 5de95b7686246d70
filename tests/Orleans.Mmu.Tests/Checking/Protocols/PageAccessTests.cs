using Orleans.Mmu.Checking.Checks;
using Orleans.Mmu.Checking.Protocols;
using Orleans.Mmu.Coordination.Runs;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Verdicts.Checks;
using Orleans.Mmu.Verdicts.Properties;

namespace Orleans.Mmu.Tests.Checking.Protocols;

/// <summary>
/// Loads and stores that must find something: in built-in protocols, at the places where Arm's rules say what a CPU may
/// still use. Each verdict follows from these rules.
/// </summary>
public class PageAccessTests
{
    private const string Store = "    str x0, [below text page 0], must fault\n";
    private const string Look = "phase look, secondaries\n";
    private const string AfterDone = Look + "    wait done == 1\n";

    // The flush at the end of set-memory-ro.
    private const string Flush = "tlbi vaale1is, below text page 0\n    dsb ish\n    isb\n";

    private static readonly string ReadOnly = Copy("set-memory-ro");
    private static readonly string Removal = Copy("hot-remove");
    private static readonly string Move = Copy("hvo-remap");

    // A TLBI of one address removes the block that holds it (R_LQLSD), and after DSB and ISB nothing of it is used.
    [Fact]
    public void A_store_to_a_read_only_page_faults_after_the_flush() => Holds(ReadOnly + Store);

    [Theory]
    [InlineData("tlbi vaale1is, below text page 0\n    isb\n")]
    [InlineData("dsb ish\n    isb\n")]
    public void A_store_to_a_read_only_page_may_go_through_without_the_whole_flush(string flush)
    {
        string text = ReadOnly.Replace(Flush, flush, StringComparison.Ordinal);
        Assert.NotEqual(ReadOnly, text);

        // The change is complete without the flush, so that the entry is stale before the access uses it.
        Assert.Equal(
            [Property.StaleWrite, Property.UnexpectedAccess], Violated(text + Store).OrderBy(p => p.Name));
    }

    // A CPU may use what it has invalidated until its ISB, without FEAT_ETS2; no other property speaks of that moment.
    [Fact]
    public void A_store_before_the_ISB_may_go_through()
    {
        string text = ReadOnly.Replace(Flush, Flush.Replace("    isb\n", Store + "    isb\n", StringComparison.Ordinal),
            StringComparison.Ordinal);

        Assert.Equal([Property.UnexpectedAccess], Violated(text));
        string message = Check(text).Counterexample!.Message;
        Assert.Contains("must fault\", and reaches 0x", message, StringComparison.Ordinal);
        Assert.Contains("which memory no longer holds", message, StringComparison.Ordinal);
    }

    // The other CPU needs neither a TLBI nor an ISB of its own (R_LXHLD).
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void Another_CPU_that_is_told_after_the_DSB_finds_nothing_of_a_removed_page(int cpus) =>
        Assert.Equal(CheckVerdict.Holds, Check(RemovedAndTold, cpus).Verdict);

    [Fact]
    public void So_it_is_on_any_number_of_CPUs() => Assert.Equal(
        CheckVerdict.Holds, Check(RemovedAndTold, new CheckOptions { AnyCpus = true }).Verdict);

    [Fact]
    public void After_a_local_flush_another_CPU_may_find_a_removed_page()
    {
        string text = RemovedAndTold.Replace(
            "tlbi rvaale1is, below text\n    dsb ish\n", "tlbi rvale1, below text\n    dsb nsh\n",
            StringComparison.Ordinal);

        var report = Check(text);

        Assert.Equal((Property.UnexpectedAccess, 1), (report.Property, report.Counterexample!.Cpu));
        Assert.Contains("4K page 0 below text, which memory no longer holds", report.Counterexample.Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData(", finds the old page or faults")]
    public void A_CPU_that_loads_at_any_time_finds_the_old_page_or_nothing(string expected) =>
        Holds(Removal + Look + $"    ldr x0, [below text page 0]{expected}\n");

    [Fact]
    public void A_walk_may_find_a_descriptor_that_is_cleared()
    {
        var report = Check(Removal + Look + "    ldr x0, [below text page 0], must not fault\n");

        Assert.Equal(Property.UnexpectedAccess, report.Property);
        Assert.EndsWith("finds an invalid descriptor", report.Counterexample!.Message, StringComparison.Ordinal);
    }

    // Both pages hold the same, so the old translation is no violation by itself.
    [Fact]
    public void Without_a_flush_only_an_access_tells_that_the_page_has_moved()
    {
        int last = Move.LastIndexOf("    tlbi", StringComparison.Ordinal);
        string without = Move[..last] + "    isb\n    done = 1\n";
        string load = AfterDone + "    ldr x0, [below text page 0], finds the new page\n";

        Holds(without);
        Assert.Equal([Property.UnexpectedAccess], Violated(without + load));
        Holds(Move + "    done = 1\n" + load);
    }

    [Theory]
    [InlineData("ldr x0, [below text page 0], must not fault", true)]
    [InlineData("ldr x0, [below text page 0], finds the new page", false)]
    [InlineData("ldr x0, [below text page 0], finds the old page", false)]
    [InlineData("str x0, [below text page 0], must fault", false)]
    [InlineData("str x0, [below text page 0], finds the old page or faults", true)]
    [InlineData("str x0, [below text page 1], must not fault", true)]
    public void While_a_page_moves_a_CPU_finds_either(string access, bool holds)
    {
        Property[] expected = holds ? [] : [Property.UnexpectedAccess];
        Assert.Equal(expected, Violated(Move + Look + $"    {access}\n"));
    }

    [Fact]
    public void A_parked_CPU_has_no_translation_and_may_not_load()
    {
        string dance = Copy("idmap-reserved");
        Holds(Parked(dance, "must fault"));
        var report = Check(Parked(dance, "must not fault"));
        Assert.Equal(Property.UnexpectedAccess, report.Property);
        Assert.EndsWith("and faults while TTBR1 may be reserved_pg_dir", report.Counterexample!.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_mutant_is_judged_by_what_its_accesses_find()
    {
        var protocol = CheckedProtocols.Parse("f", ReadOnly + Store);
        var mutant = Mutant.Removals(protocol.Script).Single(m => m.Name == "change 11, remove: dsb ish");

        var report = new ProtocolCheck(protocol, new() { Cpus = 2 }, CancellationToken.None).Run(mutant);

        Assert.Contains(Property.UnexpectedAccess, report.Violated.Select(v => v.Property));
    }

    [Fact]
    public void Of_a_map_that_ends_without_the_page_no_access_finds_the_new_one()
    {
        var error = Assert.Throws<InputException>(() => CheckedProtocols.Parse(
            "f", Removal + Look + "    ldr x0, [below text page 0], finds the new page\n"));
        Assert.StartsWith("f:", error.Message, StringComparison.Ordinal);
        Assert.EndsWith(
            "expected a page that the map remove-table has at the end, found \"ldr x0, [below text page 0], "
            + "finds the new page\"", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void No_grain_performs_an_access()
    {
        var protocol = CheckedProtocols.Parse("f", Parked(Copy("idmap-reserved"), "must fault"));
        Assert.Contains(
            "expected steps that grains perform, found \"ldr x0, [below text page 0], must fault\"",
            RunLimits.WhyNot(protocol.File), StringComparison.Ordinal);
    }

    // The other CPU is told between the flush of the pages and the removal of their table.
    private static string RemovedAndTold
    {
        get
        {
            int flushed = Removal.IndexOf("    isb\n", StringComparison.Ordinal);
            return Removal[..flushed] + "    done = 1\n" + Removal[flushed..] + AfterDone
                + "    ldr x0, [below text page 0], must fault\n    str x0, [below text page 1], must fault\n";
        }
    }

    private static string Parked(string dance, string expected) => dance.Replace(
        "    flag += 1\n", $"    ldr x0, [below text page 0], {expected}\n    flag += 1\n", StringComparison.Ordinal);

    private static string Copy(string name) => CheckedProtocols.Find(name)!.File.Text.Replace(
        $"protocol {name}\n", "protocol mine\n", StringComparison.Ordinal);

    private static void Holds(string text) => Assert.Empty(Violated(text));

    private static IEnumerable<Property> Violated(string text) => Check(text).Violated.Select(v => v.Property);

    private static CheckReport Check(string text, int cpus = 2) => Check(text, new CheckOptions { Cpus = cpus });

    private static CheckReport Check(string text, CheckOptions options) =>
        new ProtocolCheck(CheckedProtocols.Parse("f", text), options, CancellationToken.None).Run();
}
