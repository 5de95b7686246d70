using Orleans.Mmu.Explain.Syndromes;

namespace Orleans.Mmu.Tests.Explain;

/// <summary>Fault status codes and exception classes, as the architecture lists them.</summary>
public sealed class FaultStatusTests
{
    [Theory]
    [InlineData(0x00, FaultKind.AddressSize, 0)]
    [InlineData(0x03, FaultKind.AddressSize, 3)]
    [InlineData(0x04, FaultKind.Translation, 0)]
    [InlineData(0x07, FaultKind.Translation, 3)]
    [InlineData(0x08, FaultKind.AccessFlag, 0)]
    [InlineData(0x0b, FaultKind.AccessFlag, 3)]
    [InlineData(0x0d, FaultKind.Permission, 1)]
    [InlineData(0x0f, FaultKind.Permission, 3)]
    [InlineData(0x10, FaultKind.External, null)]
    [InlineData(0x11, FaultKind.TagCheck, null)]
    [InlineData(0x12, FaultKind.ExternalOnWalk, -2)]
    [InlineData(0x13, FaultKind.ExternalOnWalk, -1)]
    [InlineData(0x17, FaultKind.ExternalOnWalk, 3)]
    [InlineData(0x18, FaultKind.Parity, null)]
    [InlineData(0x1b, FaultKind.ParityOnWalk, -1)]
    [InlineData(0x1c, FaultKind.ParityOnWalk, 0)]
    [InlineData(0x1f, FaultKind.ParityOnWalk, 3)]
    [InlineData(0x21, FaultKind.Alignment, null)]
    [InlineData(0x22, FaultKind.GranuleProtectionOnWalk, -2)]
    [InlineData(0x27, FaultKind.GranuleProtectionOnWalk, 3)]
    [InlineData(0x28, FaultKind.GranuleProtection, null)]
    [InlineData(0x29, FaultKind.AddressSize, -1)]
    [InlineData(0x2b, FaultKind.Translation, -1)]
    [InlineData(0x30, FaultKind.TlbConflict, null)]
    [InlineData(0x31, FaultKind.AtomicHardwareUpdate, null)]
    [InlineData(0x3f, FaultKind.Reserved, null)]
    public void A_code_says_the_kind_and_the_level(int code, FaultKind kind, int? level)
    {
        Assert.Equal((kind, level), (new FaultStatus(code).Kind, new FaultStatus(code).Level));
    }

    [Fact]
    public void Every_code_has_words()
    {
        for (int code = 0; code < 64; code++)
            Assert.NotEmpty(SyndromeWords.Summary(new((ulong)(0x96000000 | code))));
    }

    [Theory]
    [InlineData(0x96000047, "A store took a translation fault, level 3.")]
    [InlineData(0x96000007, "A load took a translation fault, level 3.")]
    [InlineData(0x8600000f, "An instruction fetch took a permission fault, level 3.")]
    [InlineData(0x96000070, "A store took a TLB conflict abort.")]
    [InlineData(0x96000146, "A cache maintenance instruction took a translation fault, level 2.")]
    [InlineData(0x96000001, "A load took an address size fault, level 1. A descriptor on the way holds")]
    [InlineData(0x96000000, "A load took an address size fault, level 0. The base address in TTBRn_ELx, or")]
    [InlineData(0x96000004, "A load took a translation fault, level 0. Either the descriptor of level 0 is not valid, "
        + "or there was no walk")]
    [InlineData(0x96000005, "A load took a translation fault, level 1. The walk ended at a descriptor that is not")]
    [InlineData(0x96000061, "A store took an alignment fault.")]
    [InlineData(0x96000009, "A load took an access flag fault, level 1.")]
    [InlineData(0x96000031, "A load took an unsupported atomic hardware update.")]
    [InlineData(0x96000034, "A load took an implementation defined fault (lockdown).")]
    [InlineData(0x96000010, "A load took a synchronous external abort.")]
    [InlineData(0x9600003f, "A load took a reserved fault status.")]
    [InlineData(0x920000cf, "The walk of stage 1 for a data access took a permission fault, level 3, of stage 2. "
        + "Stage 2 does not permit the access to the page of a stage-1 table")]
    [InlineData(0x930000c7, "The walk of stage 1 for a data access took a translation fault, level 3, of stage 2. "
        + "Stage 2 does not map the page of a stage-1 table")]
    [InlineData(0x82000087,
        "The walk of stage 1 for an instruction fetch took a translation fault, level 3, of stage 2.")]
    [InlineData(0x82000086,
        "The walk of stage 1 for an instruction fetch took a translation fault, level 2, of stage 2.")]
    [InlineData(0x92000089, "The walk of stage 1 for a data access took an access flag fault, level 1, of stage 2.")]
    [InlineData(0xbe000011, "An SError (uncontainable): memory or a device answered")]
    [InlineData(0xf2000800, "BRK.")]
    [InlineData(0x02000000, "Unknown reason.")]
    public void A_syndrome_is_a_sentence(uint esr, string begins)
    {
        Assert.StartsWith(begins, SyndromeWords.Summary(new(esr)), StringComparison.Ordinal);
    }

    // Of a data abort, IL has a meaning where ISV is set.
    [Theory]
    [InlineData(0x96000047, "without meaning for this exception")]
    [InlineData(0x86000007, "without meaning for this exception")]
    [InlineData(0x8600000f, "without meaning for this exception")]
    [InlineData(0xbe000011, "without meaning for this exception")]
    [InlineData(0x00000000, "without meaning for this exception")]
    [InlineData(0xce000000, "without meaning for this exception")]
    [InlineData(0x97c00047, "a 32-bit instruction")]
    [InlineData(0x91c00047, "a 16-bit instruction")]
    [InlineData(0x93000047, "a 32-bit instruction")]
    [InlineData(0x91000047, "a 16-bit instruction")]
    [InlineData(0xf2000800, "a 32-bit instruction")]
    [InlineData(0x56000000, "a 32-bit instruction")]
    public void IL_means_a_length_where_the_class_says_so(uint esr, string meaning) => Assert.Equal(
        meaning, Assert.Single(SyndromeWords.Section(new(esr)).Fields, f => f.Name == "IL").Meaning);
}
