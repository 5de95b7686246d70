using Orleans.Mmu.Explain.Barriers;
using Orleans.Mmu.Explain.Steps;
using Orleans.Mmu.Explain.Tlbis;
using Orleans.Mmu.Linux.Protocols;

namespace Orleans.Mmu.Tests.Explain;

/// <summary>Steps of protocols and TLBI instructions in words.</summary>
public sealed class StepWordsTests
{
    [Fact]
    public void Every_step_has_words_of_its_own_kind()
    {
        Assert.All(Step.All, step =>
        {
            var answer = StepWords.Of(step);
            Assert.Equal(step.Text, answer.Subject);
            Assert.EndsWith(".", answer.Summary, StringComparison.Ordinal);
            Assert.Contains(answer.Sections[0].Fields, f => f.Value == step.Code);
        });
    }

    [Fact]
    public void Steps_that_differ_in_effect_differ_in_words()
    {
        string[] texts = ["dsb nsh", "dsb ishst", "dsb ish", "dmb ishst", "isb", "tlbi vmalle1", "tlbi vmalle1is",
            "msr tcr_el1, epd1", "msr tcr_el1, epd1 clear", "flag += 1", "flag = 0", "send ipi"];

        Assert.Equal(texts.Length, texts.Select(t => StepWords.Of(Parsed(t)).Summary).Distinct().Count());
        static Step Parsed(string text) =>
            Step.TryParse(text, out var step) ? step! : throw new ArgumentException(text);
    }

    [Fact]
    public void A_range_TLBI_is_decoded_as_the_linter_decodes_it()
    {
        var answer = TlbiExplanation.Of("rvaale1is", 0x0000_4400_0000_0080, wide: false)!;

        Assert.Contains(answer.Sections[0].Fields, f => (f.Name, f.Value, f.Meaning) ==
            ("range", "0x0000000000080000 to 0x0000000000091fff", "18 pages of 4K: SCALE 0, NUM 8"));
        Assert.Contains(answer.Rules, r => r.Label == "R_XKMMX");
    }

    [Fact]
    public void Every_barrier_has_words_of_its_own()
    {
        var all = BarrierForm.All.ToList();

        // Twelve options of each, and nXS for the four that wait for loads and stores.
        Assert.Equal(12 + 12 + 4, all.Count);
        Assert.All(all, form => Assert.Equal(form, BarrierForm.Find(form.Text)));
        Assert.Equal(all.Count, all.Select(BarrierWords.Of).Distinct().Count());
    }

    [Theory]
    [InlineData("dsb oshld", "completes no TLBI")]
    [InlineData("dsb st", "completes no TLBI")]
    [InlineData("dsb nsh", "completes the CPU's local TLBIs and no broadcast TLBI")]
    [InlineData("dsb osh", "completes the CPU's earlier TLBIs, local and broadcast ones")]
    [InlineData("dmb sy", "completes no TLBI")]
    public void A_barrier_says_which_TLBIs_it_completes(string text, string says) => Assert.Contains(
        says, BarrierWords.Of(BarrierForm.Find(text)!.Value), StringComparison.Ordinal);

    [Fact]
    public void Every_TLBI_says_what_it_removes_and_what_its_register_holds()
    {
        var names = TlbiForm.Names.ToList();

        Assert.Equal(names.Count, names.Distinct().Count());
        Assert.Superset(
            new HashSet<string> { "vae1os", "vae1osnxs", "rvaale1isnxs", "ripas2le1os", "alle3", "paallos", "rpaos" },
            names.ToHashSet());
        Assert.All(names, name =>
        {
            var answer = TlbiExplanation.Of(name, null, wide: false)!;
            Assert.Contains("invalidates ", answer.Summary, StringComparison.Ordinal);
            Assert.Equal(name.Contains("nxs", StringComparison.Ordinal),
                answer.Summary.Contains("FEAT_XS", StringComparison.Ordinal));
            Assert.NotEmpty(answer.Sections[0].Fields.Select(f => f.Meaning).Concat(answer.Sections[0].Sentences));
        });
    }

    [Theory]
    [InlineData("vae1is", "ASID bits 63:48, TTL bits 47:44, address bits 43:0")]
    [InlineData("aside1os", "ASID bits 63:48")]
    [InlineData("ipas2e1is", "NS bit 63, TTL bits 47:44, address bits 39:0")]
    [InlineData("rvae2", "ASID bits 63:48, TG bits 47:46, SCALE bits 45:44, NUM bits 43:39, TTL bits 38:37, "
        + "BaseADDR bits 36:0")]
    [InlineData("vmalle1is", "")]
    public void The_register_of_a_TLBI_has_its_fields(string name, string fields) => Assert.Equal(
        fields, string.Join(", ", TlbiExplanation.Of(name, null, wide: false)!.Sections[0].Fields
            .Select(f => $"{f.Name} {f.Value}")));

    [Fact]
    public void A_name_that_is_no_TLBI_has_no_explanation() => Assert.Null(TlbiExplanation.Of("vaae9is", null, false));
}
