using Orleans.Mmu.Explain.Steps;
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
    public void A_name_that_is_no_TLBI_has_no_explanation() => Assert.Null(TlbiExplanation.Of("vaae9is", null, false));
}
