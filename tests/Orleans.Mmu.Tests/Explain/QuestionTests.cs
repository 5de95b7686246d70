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
    [InlineData("FEAT_BBM", ExplainedKind.BbmLevels)]
    [InlineData("bbml3", ExplainedKind.BbmLevels)]
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
    [InlineData("TLBI VAE1IS, X0", ExplainedKind.Tlbi)]
    [InlineData("tlbi\trvaale1osnxs,x3", ExplainedKind.Tlbi)]
    [InlineData("__tlbi(vaae1is, addr)", ExplainedKind.Tlbi)]
    [InlineData("tlbi alle3is", ExplainedKind.Tlbi)]
    [InlineData("TLBI RPALOS, X1", ExplainedKind.Tlbi)]
    [InlineData("DSB ISH", ExplainedKind.Step)]
    [InlineData("ISB SY", ExplainedKind.Step)]
    [InlineData("isb()", ExplainedKind.Step)]
    [InlineData("dsb sy", ExplainedKind.Barrier)]
    [InlineData("DSB\tOSHST", ExplainedKind.Barrier)]
    [InlineData("dsb ishnxs", ExplainedKind.Barrier)]
    [InlineData("dsb(nshld)", ExplainedKind.Barrier)]
    [InlineData("dmb ish", ExplainedKind.Barrier)]
    [InlineData("MSR TTBR1_EL1,RESERVED_PG_DIR | CNP", ExplainedKind.Step)]
    [InlineData("msr ttbr1_el1, x0", ExplainedKind.Register)]
    [InlineData("mrs x0, ESR_EL1", ExplainedKind.Register)]
    [InlineData("write_sysreg(tcr, tcr_el1)", ExplainedKind.Register)]
    [InlineData("read_sysreg_s(SYS_TCR2_EL1)", ExplainedKind.Register)]
    [InlineData("TCR_EL12", ExplainedKind.Register)]
    [InlineData("HCR_EL2.E2H", ExplainedKind.Register)]
    [InlineData("ttbr1", ExplainedKind.Register)]
    [InlineData("ttbr1 0x81b42000", ExplainedKind.Register)]
    [InlineData("[TCR_EL1=0x000000f5b5503510],", ExplainedKind.Register)]
    [InlineData("[R_FVQCK]", ExplainedKind.Rule)]
    [InlineData("(R_YNJCP).", ExplainedKind.Rule)]
    [InlineData("BBM level 0", ExplainedKind.BbmLevels)]
    [InlineData("AF", ExplainedKind.Term)]
    [InlineData("`R_FVQCK`,", ExplainedKind.Rule)]
    [InlineData("EPD1", ExplainedKind.Term)]
    [InlineData("program  order", ExplainedKind.Term)]
    [InlineData("Stop_Machine()", ExplainedKind.Function)]
    [InlineData("text-writable-alias", ExplainedKind.AuditRule)]
    [InlineData("writable-text-alias", ExplainedKind.KernelBug)]
    [InlineData("idmap-reserved", ExplainedKind.Protocol)]
    [InlineData("Unable to handle kernel paging request at virtual address ffff000005c00000", ExplainedKind.Oops)]
    public void A_form_decides(string text, ExplainedKind kind) =>
        Assert.Equal(kind, new Question(K4, null).Answer(text).Kind);

    [Fact]
    public void A_number_with_a_level_is_a_descriptor() => Assert.Equal(
        "A block of 2M at 0x80000000, read-only, not executable by the kernel.",
        new Question(K4, Level.L2).Answer("0x0060000080000f85").Summary);

    [Theory]
    [InlineData(3, "0x0048000080000f43", "A page of 4K at 0x80000000, writable, not executable by the kernel.")]
    [InlineData(3, "0x0048000080000fc3",
        "A page of 4K at 0x80000000, read-only until hardware or a fault sets it writable, executable by the kernel.")]
    [InlineData(2, "0x18000000bffd5002",
        "Not valid, so that accesses fault; with bit 0 it would lead to the table at 0xbffd5000.")]
    [InlineData(2, "0x0060000080000f04", "Not valid, so that accesses fault; the other bits are kept.")]
    [InlineData(3, "0x0060000080000f06", "Not valid, so that accesses fault; the other bits are kept.")]
    [InlineData(1, "0x0070000080000705", "A block of 1G at 0x80000000, writable, not executable by the kernel, a "
        + "member of a contiguous group of 16G.")]
    public void A_descriptor_in_a_sentence(int level, string value, string expected) => Assert.StartsWith(
        expected, new Question(K4, Level.Of(level)).Answer(value).Summary, StringComparison.Ordinal);

    [Theory]
    [InlineData("4K", 52, 0)]
    [InlineData("16K", 52, 1)]
    [InlineData("64K", 52, 1)]
    public void The_Contiguous_bit_is_reserved_at_levels_without_groups(string pages, int bits, int level)
    {
        Assert.True(Granule.TryParse(pages, out var granule));
        var answer = new Question(TranslationGeometry.Create(granule, bits), Level.Of(level))
            .Answer("0x0070000000000705");

        Assert.EndsWith(
            "with the Contiguous bit, which is reserved (RES0) at this level.", answer.Summary,
            StringComparison.Ordinal);
        Assert.Equal("reserved (RES0): this level has no contiguous groups",
            answer.Sections[0].Fields.Single(f => f.Name == "Contiguous").Meaning);
    }

    [Theory]
    [InlineData(3, "0xf868000080000703", new[] { "bits 62:59=0b1111", "bit 63=1" })]
    [InlineData(2, "0x2868000080000701", new[] { "bits 62:59=0b0101" })]
    [InlineData(3, "0x8068000080000703", new[] { "bit 63=1" })]
    [InlineData(3, "0x0068000080000703", new string[0])]
    [InlineData(2, "0x18000000bffd5002", new[] { "next table=0xbffd5000", "PXNTable=1", "UXNTable=1" })]
    [InlineData(2, "0x60000000bffd5003", new[] { "next table=0xbffd5000", "APTable=0b11" })]
    public void The_high_bits_are_named(int level, string value, string[] expected) => Assert.Equal(
        expected, new Question(K4, Level.Of(level)).Answer(value).Sections[0].Fields
            .Where(f => f.Name is "bits 62:59" or "bit 63" or "next table" || f.Name.EndsWith("Table",
                StringComparison.Ordinal)).Select(f => $"{f.Name}={f.Value}"));

    [Theory]
    [InlineData("tlbi vaale1is, 0x880000000", "On every CPU of the Inner Shareable domain, invalidates the leaf "
        + "for one address in EL1&0, whatever the ASID; table entries stay.")]
    [InlineData("tlbi vale1, 0x880000000",
        "On this CPU alone, invalidates the leaf for one address in EL1&0, of one ASID")]
    public void Where_a_TLBI_acts_comes_first(string text, string expected) => Assert.StartsWith(
        expected, new Question(K4, null).Answer(text).Summary, StringComparison.Ordinal);

    [Theory]
    [InlineData("0x1234567890", "expected --level N for a descriptor, or esr= before an ESR, found 0x1234567890 alone")]
    [InlineData("pte=0x11112222333344445",
        "expected 1 to 16 hexadecimal digits, found \"11112222333344445\"")]
    [InlineData("esr=2516582471", "expected a hexadecimal value, with 0x or of 8 or 16 digits, found 2516582471, which "
        + "may be decimal")]
    [InlineData("esr=xyz", "expected 1 to 16 hexadecimal digits, found \"xyz\"")]
    [InlineData("dsb sh", "expected a name, pte=0x…, esr=0x…, TCR_EL1=0x… or an oops, found \"dsb sh\" (the "
        + "nearest are \"dsb sy\", \"dsb st\" and \"dsb nsh\")")]
    public void What_has_no_form_is_answered_in_one_line(string text, string message) => Assert.Equal(
        message, Assert.Throws<UnexplainedException>(() => new Question(K4, null).Answer(text)).Message);

    [Fact]
    public void Any_text_is_explained_or_refused()
    {
        var words = Gen.OneOf("esr=", "0x", "pte", "tlbi ", "rvae1is", ", ", "R_FVQCK", "\n", "ESR = 0x96000045",
            "[ffff000005c00000] pgd=", "180000009ffff403", ", pte=", "swapper pgtable: 4k pages, 48-bit VAs",
            "Unable to handle kernel paging request at virtual address ", "ffff000005c00000", "dsb ", "(ish", ")",
            "msr ", "ttbr0_el1", "nxs", "__tlbi(", "write_sysreg(");
        Gen.OneOf(words, Gen.String[0, 8]).Array[0, 8].ForAll(parts =>
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
