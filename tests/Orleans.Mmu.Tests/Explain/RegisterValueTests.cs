using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Explain.Answers;
using Orleans.Mmu.Explain.Questions;
using Orleans.Mmu.Explain.Registers;

namespace Orleans.Mmu.Tests.Explain;

/// <summary>Values of system registers in words.</summary>
public sealed class RegisterValueTests
{
    private static readonly TranslationGeometry K4 = TranslationGeometry.Create(Granule.K4, 48);

    // The values of a 6.18 kernel with 39 and 48 bits, of a guest's stage 2, and of cores.
    [Theory]
    [InlineData("TCR_EL1=0x000000f5b5593519", "T1SZ[21:16]", "addresses of the upper half have 39 bits")]
    [InlineData("tcr_el1: 0x000000f5b5503510", "T0SZ[5:0]", "addresses of the lower half have 48 bits")]
    [InlineData("tcr_el1 0x000000f5b5503510", "TG1[31:30]", "4K pages")]
    [InlineData("TCR_EL1=0x00000035f5507510", "TG0[15:14]", "64K pages")]
    [InlineData("TCR_EL1=00000035f5507510", "TG1[31:30]", "64K pages")]
    [InlineData("TCR_EL12 = 0x00000035b550f510", "TG0[15:14]", "reserved")]
    [InlineData("tcr=0x5f5503510", "IPS[34:32]", "physical addresses of 48 bits")]
    [InlineData("TCR_EL1=0x800000f6b5503510", "IPS[34:32]", "physical addresses of 52 bits")]
    [InlineData("TCR_EL1=0x0000000000800010", "EPD1[23]", "no walk begins at TTBR1; what the TLB holds stays usable")]
    [InlineData("VTCR_EL2=0x80023558", "T0SZ[5:0]", "addresses of a guest (IPAs) have 40 bits")]
    [InlineData("VTCR_EL2=0x80023558", "PS[18:16]", "physical addresses of 40 bits")]
    [InlineData("TTBR1_EL1=0x0003000081b42001", "BADDR[47:1]", "the root's table is at 0x81b42000")]
    [InlineData("VTTBR_EL2=0x0005000081b42000", "VMID[63:48]", "VMID 5")]
    [InlineData("MAIR_EL1=0x000000040044ffff", "Attr4[39:32]", "Device nGnRE")]
    [InlineData("SCTLR_EL1=0x30d0198d", "M[0]", "stage 1 translates")]
    [InlineData("HCR_EL2=0x488000000", "E2H[34]", "EL2 is a host with two halves, as EL1&0")]
    [InlineData("ID_AA64MMFR0_EL1=0x0000000010000005", "TGran4[31:28]", "4K pages with 52-bit addresses (FEAT_LPA2)")]
    [InlineData("ID_AA64MMFR1_EL1=0x10", "VMIDBits[7:4]", "reserved")]
    [InlineData("ID_AA64MMFR2_EL1=0x0020000000000000", "BBM[55:52]",
        "a change of size needs no break-before-make, but may raise a TLB conflict abort (BBM level 2)")]
    [InlineData("MIDR_EL1=0x411fd402", "Variant[23:20]", "r1")]
    public void A_field_says_what_its_value_means(string text, string field, string meaning)
    {
        var answer = Ask(text);
        Assert.Equal(ExplainedKind.Register, answer.Kind);
        Assert.Equal(meaning, Assert.Single(answer.Sections[0].Fields, f => f.Name == field).Meaning);
    }

    [Theory]
    [InlineData("MIDR_EL1=0x411fd402", "Neoverse-V1 r1p2.")]
    [InlineData("midr: 0x6d0fd490", "Azure Cobalt 100 r0p0.")]
    [InlineData("MIDR_EL1=0x00000000410ffff0", "implementer 0x41 part 0xfff r0p0.")]
    public void A_MIDR_names_the_core(string text, string core)
    {
        var answer = Ask(text);
        Assert.Equal(core, answer.Summary);
        Assert.Equal("mmu cores", Assert.Single(answer.Commands));
    }

    [Fact]
    public void Bits_that_no_listed_field_has_are_named() => Assert.Equal(
        "Bits of other fields: 0x0000000080000000.",
        Assert.Single(Ask("HCR_EL2=0x488000000").Sections[0].Sentences));

    [Fact]
    public void With_52_bit_addresses_a_root_has_bits_of_its_own() => Assert.Equal(
        "the root's table is at 0xf000081b42000",
        Assert.Single(
            new Question(TranslationGeometry.Create(Granule.K4, 52, OutputAddressFormat.Lpa2), null)
                .Answer("TTBR1_EL1=0x0003000081b4203c").Sections[0].Fields, f => f.Name == "BADDR[47:1]").Meaning);

    [Theory]
    [InlineData("TCR_EL1=zz", "expected 1 to 16 hexadecimal digits, found \"zz\"")]
    [InlineData("TCR_EL1=0x12345678123456781", "expected 1 to 16 hexadecimal digits, found \"12345678123456781\"")]
    [InlineData("TCR_EL1=1056561954", "expected a hexadecimal value, with 0x or of 8 or 16 digits, found 1056561954, "
        + "which may be decimal")]
    public void What_is_no_value_is_refused(string text, string why) =>
        Assert.Equal(why, Assert.Throws<UnexplainedException>(() => Ask(text)).Message);

    [Fact]
    public void A_register_without_known_fields_is_refused_with_those_that_have_some()
    {
        string why = Assert.Throws<UnexplainedException>(() => Ask("FAR_EL1=0xffff000005c00000")).Message;
        Assert.StartsWith("expected a value of HCR_EL2, ", why, StringComparison.Ordinal);
        Assert.EndsWith(", found one of FAR_EL1", why, StringComparison.Ordinal);
    }

    public static TheoryData<string> Layouts => [.. RegisterValues.Names];

    [Theory]
    [MemberData(nameof(Layouts))]
    public void Every_register_is_known_by_name_and_no_two_of_its_fields_share_a_bit(string name)
    {
        Assert.NotNull(SystemRegisters.Find(name));
        ulong taken = 0;
        foreach (var field in RegisterValues.FieldsOf(name)!)
        {
            Assert.Equal(0UL, taken & field.Mask);
            taken |= field.Mask;
            Assert.NotEmpty(field.Says(field.Of(ulong.MaxValue)));
            Assert.NotEmpty(field.Says(0));
        }
    }

    private static Explanation Ask(string text) => new Question(K4, null).Answer(text);
}
