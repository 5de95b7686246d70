using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Explain.Answers;
using Orleans.Mmu.Explain.Oopses;

namespace Orleans.Mmu.Tests.Explain;

/// <summary>Reports other than translation faults of the kernel's half.</summary>
public sealed class OopsKindTests
{
    [Theory]
    [InlineData("96000061", "0068000004010713", "The printed walk agrees: the pte maps Device nGnRE memory, where")]
    [InlineData("96000061", "0068000004010707", "The pte maps Normal tagged memory, where plain accesses need no")]
    [InlineData("96000003", "0068f00040000713", "The pte holds the output address 0xf00040000000, of 48 bits")]
    [InlineData("96000003", "0068000040000713", "The pte holds the output address 0x40000000, of 31 bits")]
    [InlineData("409600000f", "20e800011b0c8f43", "The pte alone does not decide: its POIndex is 2")]
    public void The_printed_leaf_is_held_against_the_fault(string esr, string pte, string expected) =>
        Assert.StartsWith(expected, Explain($"""
            Unable to handle kernel paging request at virtual address ffff80008120f00d
              ESR = 0x{esr.PadLeft(16, '0')}
            swapper pgtable: 4k pages, 48-bit VAs, pgdp=0000000041e2b000
            [ffff80008120f00d] pgd=1000000043ffe403, p4d=1000000043ffe403, pud=1000000043ffd403,
            pmd=10000001000a5403, pte={pte}
            """).Sections[^1].Sentences[^1], StringComparison.Ordinal);

    [Fact]
    public void A_stack_overflow_has_its_address_in_FAR()
    {
        var answer = Explain("""
            Insufficient stack space to handle exception!
            ESR: 0x0000000096000047 -- DABT (current EL)
            FAR: 0xffff800082abfff0
            Task stack:     [0xffff800082ac0000..0xffff800082ac4000]
            """);

        Assert.Equal("a stack overflow at 0xffff800082abfff0", answer.Subject);
        Assert.StartsWith("The kernel's stack is full", answer.Sections[^1].Sentences[0], StringComparison.Ordinal);
    }

    // bad_mode() of kernels before 5.13.
    [Fact]
    public void The_code_of_a_bad_mode_is_an_ESR() => Assert.StartsWith(
        "An instruction fetch took a translation fault, level 1.",
        Explain("Bad mode in Synchronous Abort handler detected on CPU0, code 0x86000005 -- IABT (current EL)").Summary,
        StringComparison.Ordinal);

    // What reads the tables of TTBR1_EL1 says nothing about an address of the lower half.
    [Theory]
    [InlineData("0000000000000010", "")]
    [InlineData("0000aaaac2f4e000", "user pgtable: 4k pages, 48-bit VAs, pgdp=0000000103e2b000")]
    public void No_command_goes_on_from_an_address_that_TTBR0_translates(string address, string tables) =>
        Assert.Empty(Explain($"Unable to handle kernel paging request at virtual address {address}\n"
            + $"  ESR = 0x96000004\n{tables}").Commands);

    private static Explanation Explain(string text) =>
        OopsWords.Explain(OopsReader.Read("dmesg", text), TranslationGeometry.Create(Granule.K4, 48));
}
