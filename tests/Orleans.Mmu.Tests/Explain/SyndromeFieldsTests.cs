using System.Collections.Immutable;
using Orleans.Mmu.Explain.Answers;
using Orleans.Mmu.Explain.Syndromes;

namespace Orleans.Mmu.Tests.Explain;

/// <summary>The fields of ESR_EL1 beside EC, IL and the fault status.</summary>
public sealed class SyndromeFieldsTests
{
    [Theory]
    // ISS of aborts.
    [InlineData(0x96000610, "EA", "1")]
    [InlineData(0x96000610, "SET", "0b00")]
    [InlineData(0x96001010, "SET", "0b10")]
    [InlineData(0x96002044, "VNCR", "1")]
    [InlineData(0x93820046, "ISV", "1")]
    // ISS2 of data aborts, and of permission faults alone.
    [InlineData(0x400_9600004f, "TnD", "1")]
    [InlineData(0x200_9600004f, "TagAccess", "1")]
    [InlineData(0x100_96000045, "GCS", "1")]
    [InlineData(0x40_9600004f, "Overlay", "1")]
    [InlineData(0x20_9600004f, "DirtyBit", "1")]
    [InlineData(0x40_8600000f, "Overlay", "1")]
    [InlineData(0x40_96000045, "ISS2", "0x40")]
    [InlineData(0x2_96000045, "Xs", "0x2")]
    // Other classes.
    [InlineData(0xf2000800, "imm16", "0x800")]
    [InlineData(0x56000000, "imm16", "0x0")]
    [InlineData(0xd6000062, "WnR", "1")]
    [InlineData(0x6232c021, "register", "S3_3_C0_C0_1")]
    [InlineData(0x62320801, "register", "S3_0_C2_C0_1")]
    [InlineData(0x6210200e, "instruction", "S1_0_C8_C7_0")]
    [InlineData(0x36000002, "ISS", "0x2")]
    [InlineData(0x12000000_96000044, "bits 63:56", "0x12")]
    public void A_field_that_says_something_is_listed(ulong esr, string name, string value) =>
        Assert.Contains(Fields(esr), f => f.Name == name && f.Value == value);

    [Theory]
    [InlineData(0x96000045)]
    [InlineData(0x8600000f)]
    public void A_field_that_says_nothing_is_not(ulong esr) => Assert.DoesNotContain(
        Fields(esr), f => f.Name is "EA" or "SET" or "VNCR" or "ISV" or "ISS2" or "Xs" or "Overlay" or "bits 63:56");

    [Theory]
    [InlineData(0x93820046, "ISV", "4 bytes, register w2")]
    [InlineData(0x93f5c046, "ISV", "8 bytes, register x21, sign-extended, acquire or release")]
    [InlineData(0x62320801, "register", "MRS, a read with x0: TTBR1_EL1")]
    [InlineData(0x62320be0, "register", "MSR, a write with xzr: TTBR1_EL1")]
    [InlineData(0x6210200e, "instruction", "a TLBI with x0")]
    [InlineData(0xf2000800, "imm16", "Linux: BUG() or WARN() (asm/brk-imm.h)")]
    [InlineData(0xf2000042, "imm16", "the instruction's immediate")]
    public void A_field_is_put_in_words(ulong esr, string name, string meaning) =>
        Assert.Equal(meaning, Fields(esr).Single(f => f.Name == name).Meaning);

    // With an overlay the descriptor may permit the access, and no TLB keeps what forbids it.
    [Theory]
    [InlineData(0x40_9600004f, "A store took a permission fault, level 3. The translation is valid, and the permission "
        + "overlay")]
    [InlineData(0x20_9600004f, "A store took a permission fault, level 3. The translation is valid, writable and "
        + "clean")]
    public void A_permission_fault_that_the_descriptor_alone_does_not_explain_names_its_cause(
        ulong esr, string expected)
    {
        Assert.StartsWith(expected, SyndromeWords.Summary(new(esr)), StringComparison.Ordinal);
        Assert.Empty(SyndromeWords.Rules(new(esr)));
    }

    [Theory]
    [InlineData(0xf2000800, "BRK. Linux uses it for BUG() or WARN().")]
    [InlineData(0xf2008228, "BRK. Linux uses it for a call through a pointer of another type (CFI).")]
    [InlineData(0xf2000004, "BRK. Linux uses it for a kprobe.")]
    [InlineData(0xf2000042, "BRK.")]
    [InlineData(0x56000000, "SVC.")]
    public void A_BRK_says_what_Linux_uses_it_for(ulong esr, string expected) =>
        Assert.Equal(expected, SyndromeWords.Summary(new(esr)));

    private static ImmutableArray<ExplainedField> Fields(ulong esr) => SyndromeWords.Section(new(esr)).Fields;
}
