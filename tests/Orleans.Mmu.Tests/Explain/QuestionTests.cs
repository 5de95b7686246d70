using CsCheck;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Explain.Answers;
using Orleans.Mmu.Explain.Questions;
using Orleans.Mmu.Inputs;

namespace Orleans.Mmu.Tests.Explain;

/// <summary>What a text is taken for.</summary>
public sealed class QuestionTests
{
    private static readonly TranslationGeometry K4 = TranslationGeometry.Create(Granule.K4, 48);

    [Theory]
    [InlineData("r_fvqck", ExplainedKind.Rule)]
    [InlineData("bbm", ExplainedKind.BbmLevels)]
    [InlineData("TLB-conflict", ExplainedKind.Property)]
    [InlineData("ESR = 0x0000000096000047", ExplainedKind.Syndrome)]
    [InlineData("esr_el1: 96000047", ExplainedKind.Syndrome)]
    [InlineData("0x96000047", ExplainedKind.Syndrome)]
    [InlineData("96000047", ExplainedKind.Syndrome)]
    [InlineData("0000000096000047", ExplainedKind.Syndrome)]
    [InlineData("pte=00e8000045c00f06", ExplainedKind.Descriptor)]
    [InlineData("pmd 0x60000080000f05", ExplainedKind.Descriptor)]
    [InlineData("dsb   ish", ExplainedKind.Step)]
    [InlineData("tlbi vmalle1is", ExplainedKind.Step)]
    [InlineData("tlbi vaae1is, 0x880000000", ExplainedKind.Tlbi)]
    [InlineData("RIPAS2E1IS", ExplainedKind.Tlbi)]
    [InlineData("Unable to handle kernel paging request at virtual address ffff000005c00000", ExplainedKind.Oops)]
    public void A_form_decides(string text, ExplainedKind kind) =>
        Assert.Equal(kind, new Question(K4, null).Answer(text).Kind);

    [Fact]
    public void A_number_with_a_level_is_a_descriptor() => Assert.Equal(
        "A block of 2M at 0x80000000, read-only, not executable by the kernel.",
        new Question(K4, Level.L2).Answer("0x0060000080000f85").Summary);

    [Theory]
    [InlineData("0x1234567890", "expected --level N for a descriptor, or esr= before an ESR, found 0x1234567890 alone")]
    [InlineData("pte=0x11112222333344445",
        "expected 1 to 16 hexadecimal digits, found \"11112222333344445\"")]
    [InlineData("esr=xyz", "expected 1 to 16 hexadecimal digits, found \"xyz\"")]
    [InlineData("dsb sh", "expected an oops, pte=0x…, esr=0x…, a number with --level, or the name of a rule, step, "
        + "TLBI or property, found \"dsb sh\" (the nearest is \"dsb nsh\")")]
    public void What_has_no_form_is_answered_in_one_line(string text, string message) => Assert.Equal(
        message, Assert.Throws<UnexplainedException>(() => new Question(K4, null).Answer(text)).Message);

    [Fact]
    public void Any_text_is_explained_or_refused()
    {
        var words = Gen.OneOf("esr=", "0x", "pte", "tlbi ", "rvae1is", ", ", "R_FVQCK", "\n", "ESR = 0x96000045",
            "[ffff000005c00000] pgd=", "180000009ffff403", ", pte=", "swapper pgtable: 4k pages, 48-bit VAs",
            "Unable to handle kernel paging request at virtual address ", "ffff000005c00000");
        Gen.OneOf(words, Gen.String[0, 8]).Array[0, 8].Sample(parts =>
        {
            try
            {
                Assert.NotEmpty(new Question(K4, null).Answer(string.Concat(parts)).Summary);
            }
            catch (Exception e) when (e is UnexplainedException or InputException)
            {
                Assert.DoesNotContain('\n', e.Message);
            }
        }, iter: 2000);
    }
}
