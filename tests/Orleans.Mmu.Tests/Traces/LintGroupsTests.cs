using Orleans.Mmu.Arm.BreakBeforeMake;
using Orleans.Mmu.Import.Kernels;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Tests.Shared;
using Orleans.Mmu.Traces.Lint;
using ZstdSharp;

namespace Orleans.Mmu.Tests.Traces;

/// <summary>All violations of a trace, by what is wrong and where it was done; and traces that are cut.</summary>
public sealed class LintGroupsTests
{
    private const string Folder = "kernel-traces";
    private const string Boot = "k618-mixed-256m.log.zst";

    [Fact]
    public void An_event_that_breaks_a_rule_happens_and_the_next_ones_are_judged()
    {
        var result = TraceText.Tree(TraceText.Block(0x4000_0000), t => t.FillPte(0x4000_0000))
            .Write(TraceText.Pmd, TraceText.Pte | 3).Flush("vmalle1is")
            .Write(TraceText.Pte, TraceText.Page(0x5000_0000)).Flush("vmalle1is")
            .Write(TraceText.Pte + 8, TraceText.Page(0x5000_0000)).Lint(BbmLevel.Level0);

        Assert.Equal(
            [
                ("BBM valid->valid: a block becomes a table, which level 0 must not see live (R_FVQCK)", "t.c:1", 1L),
                ("BBM valid->valid: another output address (R_WHZWS, R_PVTFW)", "t.c:1", 2L),
            ],
            result.Groups.Select(g => (g.Reason, g.Where!, g.Count)));
        Assert.Equal(result.Violation, result.Groups[0].First);
    }

    // A descriptor that leads back to its own table links nothing, so that to follow tables comes to an end.
    [Fact]
    public void Tables_in_a_circle_are_judged_to_the_end()
    {
        var result = TraceText.Tree(TraceText.Block(0x4000_0000))
            .Write(TraceText.Root + 8, TraceText.Root | 3).Write(TraceText.Root + 16, TraceText.Root | 3)
            .Write(TraceText.Root + 8, 0).Flush("vae1is", 1UL << 27).Flush("vmalle1is")
            .Write(TraceText.Root + 8, TraceText.Root | 3).Lint(BbmLevel.Level0);

        var group = Assert.Single(result.Groups, g => g.Reason == "double-use pte");
        Assert.Equal((3L, group.First), (group.Count, result.Violation));
    }

    // The stores that clear the page break the rule of plain stores under a lock as well.
    [Fact]
    public void The_first_violation_is_the_first_within_its_event_too() => Assert.StartsWith(
        "cannot initialise used location: ",
        TraceText.Tree(TraceText.Pte | 3, t => t.FillPte(0x4000_0000))
            .Add("mem-init ID (address 0x4000) (size 0x1000)").Lint(BbmLevel.Level0).Violation!.Reason,
        StringComparison.Ordinal);

    [Fact]
    public void A_trace_without_events_about_locks_is_judged_without_them()
    {
        string trace = string.Join('\n', TraceText.Tree(TraceText.Block(0x4000_0000)).ToString().Split('\n')
            .Where(l => !l.StartsWith("(lock", StringComparison.Ordinal)
                && !l.StartsWith("(hint", StringComparison.Ordinal)))
            + "(mem-write (id 90) (tid 0) (mem-order plain) (address 0x3008) (value 0x0060004000000701))\n";

        var legal = TraceText.Lint(trace, BbmLevel.Level0);
        var locked = TraceText.Lint(trace + "(trylock (id 91) (tid 0) (address 0x10))\n", BbmLevel.Level0);

        Assert.Null(legal.Violation);
        Assert.Contains(
            "that each write is made under the right lock, since the trace has no event about locks", legal.Assumed);
        Assert.StartsWith("must have associated root", locked.Violation!.Reason, StringComparison.Ordinal);
    }

    [SharedTheory(Folder)]
    [InlineData(null, null, new[] { "__pi_map_range 864", "split_pmd 112", "split_to_ptes_pte_entry 112",
        "split_to_ptes_pmd_entry 96" })]
    [InlineData(4000UL, 882009UL, new[] { "__pi_map_range 520", "split_pmd 1" })]
    public void A_recorded_boot_has_its_violations_by_function(ulong? first, ulong? last, string[] groups)
    {
        var result = Lint(new(BbmLevels.Parse("0", 8)!.Value) { First = first, Last = last, Names = Names() });

        Assert.Equal(groups, result.Groups.Select(g => $"{g.Where} {g.Count}"));
    }

    [SharedFact(Folder)]
    public void A_cut_without_events_is_refused() => Assert.Equal(
        "t.log:959867: expected an event from 5000000 to the last one, found none",
        Assert.Throws<InputException>(
            () => Lint(new(BbmLevels.Parse("3", 8)!.Value) { First = 5_000_000 })).Message);

    [Theory]
    [InlineData("docs/examples/map-kernel.log", false, "vlll")]
    [InlineData("docs/examples/map-kernel.log", true, "llll")]
    public void Map_kernel_breaks_level_0_for_want_of_a_DSB(string file, bool dsb, string verdicts)
    {
        var lines = File.ReadAllLines(Path.Combine(Repository.Root, file)).ToList();
        if (dsb)
            lines.Insert(1 + lines.FindIndex(l => l.StartsWith("(tlbi", StringComparison.Ordinal)),
                "(barrier (id 46) (tid 0) dsb (kind nsh))");

        Assert.Equal(verdicts, string.Concat(Enum.GetValues<BbmLevel>().Order().Select(level =>
            TraceText.Lint(string.Join('\n', lines), level).Violation is null ? 'l' : 'v')));
    }

    private static LintResult Lint(LintRequest request)
    {
        using var stream = new DecompressionStream(File.OpenRead(Path.Combine(SharedFolder.Of(Folder), Boot)));
        return CasemateLint.Run("t.log", stream, request, null, CancellationToken.None);
    }

    private static FunctionNames Names()
    {
        using var text = new MemoryStream();
        using var stream = new DecompressionStream(
            File.OpenRead(Path.Combine(SharedFolder.Of(Folder), "k618-symbols.txt.zst")));
        stream.CopyTo(text);
        return new(FunctionSymbols.Read("symbols", text.ToArray()));
    }

    private sealed class FunctionNames(FunctionSymbols symbols) : IFunctionNames
    {
        public ulong? Text => symbols.Text;

        public string? Of(ulong address) => symbols.Of(address);
    }
}
