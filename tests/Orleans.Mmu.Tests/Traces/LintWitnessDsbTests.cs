using System.Text;
using Orleans.Mmu.Arm.BreakBeforeMake;
using Orleans.Mmu.Traces.Lint;
using Orleans.Mmu.Traces.Witnesses;

namespace Orleans.Mmu.Tests.Traces;

/// <summary>What a witness says of DSBs: which is missing, and before which a walk comes.</summary>
public sealed class LintWitnessDsbTests
{
    private const string Tree = TraceScript.Tree + "0 ttbr1_el1 1000; 0 isb; ";
    private const string Two = Tree + "1 ttbr1_el1 1000; 1 isb; ";
    private const string Make = "0 4000 = 60000050000703;";

    // A page of stage 2, and CPU 1 beside CPU 0.
    private const string Stage2 = "0 4000 = 400000444007ff; 0 3000 = 4003; 0 2000 = 3003; 0 1000 = 2003; "
        + "0 vttbr_el2 1000; 0 isb; 1 vttbr_el2 1000; 1 isb; 0 4000 = 0; 0 dsb ish; ";

    // A DSB ISH or wider completes a broadcast TLBI, a DSB NSH a local one, and a DSB of stores none (R_PSMWS).
    [Theory]
    [InlineData(Tree + "0 4000 = 0; 0 dsb ish; 0 tlbi vmalle1is; 0 dsb nsh; " + Make, 11, "ISH", 0)]
    [InlineData(Tree + "0 4000 = 0; 0 dsb ish; 0 tlbi vmalle1is; 0 dsb ishst; " + Make, 11, "ISH", 0)]
    [InlineData(Tree + "0 4000 = 0; 0 dsb ish; 0 tlbi vmalle1is; 0 dsb ishnxs; " + Make, 11, "ISH", 0)]
    [InlineData(Tree + "0 4000 = 0; 0 dsb ish; 0 tlbi vmalle1os; " + Make, 11, "ISH", 0)]
    [InlineData(Tree + "0 4000 = 0; 0 dsb ish; 0 tlbi vmalle1; " + Make, 11, "NSH", 0)]
    [InlineData(Tree + "0 4000 = 0; 0 dsb ish; 0 tlbi vaale1 ff000000000; 0 dsb nshst; " + Make, 11, "NSH", 0)]
    [InlineData(Two + "0 4000 = 0; 0 dsb ish; 1 dsb ish; 1 tlbi vmalle1is; 1 dsb nsh; " + Make, 14, "ISH", 1)]
    [InlineData(Two + "0 4000 = 0; 0 dsb ish; 1 dsb ish; 1 tlbi vmalle1is; 0 dsb ish; " + Make, 14, "ISH", 1)]
    public void The_DSB_that_is_missing_has_a_domain_and_a_CPU(string script, int tlbi, string domain, int cpu) =>
        Assert.Equal(
            $"the TLBI of event {tlbi} is not complete, since no DSB {domain} of CPU {cpu} has followed it",
            Missing(Perform(script)));

    // The walk comes behind the effect of the TLBI on its CPU, and before the end of the DSB that completes the TLBI:
    // behind that DSB, no walk makes the entry.
    [Theory]
    [InlineData(Tree + "0 4000 = 0; 0 dsb nsh; 0 tlbi vmalle1is; 1 ttbr1_el1 1000; 1 isb; 0 dsb ish; " + Make, 14, 11)]
    [InlineData(Tree + "0 4000 = 0; 0 dsb nsh; 0 tlbi vaale1is ff000000000; 1 ttbr1_el1 1000; 0 dsb osh; " + Make,
        13, 11)]
    [InlineData(Tree + "0 3000 = 0; 0 dsb nsh; 0 tlbi vmalle1is; 1 ttbr1_el1 1000; 1 isb; 0 dsb ish; 0 free 4000;",
        14, 11)]
    // The TLBI of both stages takes effect before that of stage 2.
    [InlineData(Stage2 + "0 tlbi ipas2e1is 0; 0 tlbi vmalle1is; 0 dsb ish; 0 4000 = 400000500007ff;", 12, 11)]
    [InlineData(Stage2 + "0 tlbi vmalle1is; 0 tlbi ipas2e1is 0; 0 dsb ish; 0 4000 = 400000500007ff;", 12, 10)]
    [InlineData(Stage2 + "0 tlbi ipas2e1is 0; 0 dsb ishnxs; 0 tlbi vmalle1isnxs; 0 dsb ish; 0 4000 = 400000500007ff;",
        13, 12)]
    public void A_walk_comes_before_the_DSB_that_completes_the_TLBI(string script, int dsb, int tlbi)
    {
        var witness = Perform(script);

        Assert.StartsWith($"before event {dsb}, CPU 1", witness.Steps[0].Text, StringComparison.Ordinal);
        Assert.Equal(
            $"the DSB of event {dsb} completes the TLBI of event {tlbi}, which may take effect before the walk",
            Missing(witness));
    }

    // Behind the DSB, walks still make the entry: no DSB of CPU 0 for CPU 1 has followed the store.
    [Theory]
    [InlineData(Two + "0 4000 = 0; 0 dsb nsh; 1 tlbi vaale1 ff000000000; 1 dsb ish; " + Make)]
    [InlineData(Two + "0 4000 = 0; 0 dsb nsh; 1 tlbi vmalle1; 1 dsb nsh; " + Make)]
    public void A_walk_that_reads_late_words_comes_behind_it(string script) => Assert.StartsWith(
        "no DSB ISH of CPU 0 has followed the store of event 11", Missing(Perform(script)), StringComparison.Ordinal);

    private static string Missing(LintWitness witness) =>
        witness.Steps.Single(s => s.Kind == LintWitnessKind.Missing).Text;

    private static LintWitness Perform(string script)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(TraceScript.Trace(script).ToString());
        var request = new LintRequest([BbmLevel.Level0]);
        Assert.Empty(WitnessTruth.ComplaintsOf(bytes, [BbmLevel.Level0]));
        var result = CasemateLint.Run("t.log", new MemoryStream(bytes), request, null, default);
        var witness = WitnessReader.Add("t.log", new MemoryStream(bytes), request, result, default).Groups[0].Witness!;
        Assert.Null(witness.NotShown);
        return witness;
    }
}
