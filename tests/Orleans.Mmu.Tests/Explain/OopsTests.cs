using Orleans.Mmu.Explain.Oopses;
using Orleans.Mmu.Inputs;
using static Orleans.Mmu.Tests.Explain.SampleOops;

namespace Orleans.Mmu.Tests.Explain;

/// <summary>Reports of arm64 kernels: what is read of them, and what is no such report.</summary>
public sealed class OopsTests
{
    [Fact]
    public void A_page_that_was_taken_away_is_named()
    {
        var answer = Explained(Kfence);

        Assert.Equal("paging request at 0xffff000005c00000", answer.Subject);
        Assert.StartsWith("A store took a translation fault, level 3.", answer.Summary, StringComparison.Ordinal);
        Assert.EndsWith("The access was made in __memset+0x16c/0x188.", answer.Summary, StringComparison.Ordinal);
        Assert.Equal(
            ["pgd, level 0", "pud, level 1", "pmd, level 2", "pte, level 3"],
            answer.Sections[1].Fields.Select(f => f.Name));
        Assert.StartsWith("Not valid", answer.Sections[1].Fields[^1].Meaning, StringComparison.Ordinal);
        Assert.Equal(
            [
                "The address lies in the linear map, 0x5c00000 bytes behind PAGE_OFFSET.",
                "The printed walk agrees: the pte is not valid.",
            ],
            answer.Sections[2].Sentences.AsEnumerable());
    }

    [Fact]
    public void Quotes_line_ends_and_wrapped_walks_change_nothing()
    {
        string quoted = string.Join("\r\n", Kfence.ReplaceLineEndings("\n").Split('\n').Select(l => $"> > {l}"))
            .Replace("p4d=180000009ffff403, ", "p4d=180000009ffff403,\r\n> > ", StringComparison.Ordinal);

        Assert.Equivalent(Explained(Kfence), Explained(quoted));
    }

    [Fact]
    public void A_panic_of_the_hypervisor_is_about_its_own_tables()
    {
        var answer = Explained("""
            kvm [1]: nVHE hyp panic at: [<ffff800080a5c3b8>] __kvm_nvhe_handle_host_mem_abort+0x60/0x1c8!
            kvm [1]: Hyp Offset: 0xfff0a4e8c0000000
            Kernel panic - not syncing: HYP panic:
            PS:204003c9 PC:0000a4e8c0a5c3b8 ESR:0000000096000006
            FAR:0000000000000008 HPFAR:0000000000000000 PAR:0000000000000000
            """);

        Assert.Equal("a panic of KVM's code at EL2", answer.Subject);
        Assert.Contains("tables of its own (TTBR0_EL2), stage 1 of EL2, where FAR_EL2 gives 0x8",
            Assert.Single(answer.Sections[1].Sentences), StringComparison.Ordinal);
        Assert.Empty(answer.Commands);
    }

    // A fault of the host's stage 2: HPFAR_EL2 has IPA[47:12] from bit 4 on.
    [Fact]
    public void An_abort_from_below_concerns_stage_2() => Assert.Contains(
        "HPFAR_EL2 gives the page at IPA 0x9abcd000",
        Explained("Kernel panic - not syncing: HYP panic:\nPS:204003c9 PC:0000a4e8c0a5c3b8 ESR:0000000092000006\n"
            + "FAR:0000000000000008 HPFAR:00000000009abcd0 PAR:0000000000000000\n").Sections[1].Sentences[0],
        StringComparison.Ordinal);

    [Fact]
    public void A_fault_of_user_space_is_called_so()
    {
        var answer = Explained("myapp[1234]: unhandled exception: DABT (lower EL), ESR 0x0000000092000006, level 2 "
            + "translation fault in libc.so.6[ffff8ba00000+18a000]\n");

        Assert.Equal("a fault of user space", answer.Subject);
        Assert.Empty(answer.Commands);
    }

    [Theory]
    [InlineData("0x00000000be000011", "An SError (uncontainable): ", "DFSC,AET,EA,IESB")]
    [InlineData("be000c11", "An SError (recoverable): ", "DFSC,AET,EA,IESB")]
    [InlineData("0x00000000bf000002", "An SError: ", "IDS,ISS")]
    [InlineData("0x00000000be000000", "An SError: ", "DFSC")]
    public void An_SError_has_its_syndrome(string code, string summary, string fields)
    {
        var answer = Explained($"SError Interrupt on CPU4, code {code} -- SError\n"
            + "pc : foo_probe+0x88/0x210\nKernel panic - not syncing: Asynchronous SError Interrupt\n");

        Assert.EndsWith(" It interrupted foo_probe+0x88/0x210.", answer.Summary, StringComparison.Ordinal);
        Assert.Equal("an SError", answer.Subject);
        Assert.StartsWith(summary, answer.Summary, StringComparison.Ordinal);
        Assert.Equal(fields, string.Join(',', answer.Sections[0].Fields.Skip(2).Select(f => f.Name)));
    }

    [Fact]
    public void A_fetch_is_forbidden_by_what_forbids_execution()
    {
        string summary = Explained("  ESR = 0x000000008600000f\n").Summary;

        Assert.Contains("forbids execution", summary, StringComparison.Ordinal);
        Assert.DoesNotContain("read-only", summary, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("BUG: unable to handle page fault for address: ffffc90000000000", "oops:1: expected an oops of an "
        + "arm64 kernel (\"Unable to handle kernel … at virtual address …\"), found one of an x86 kernel")]
    [InlineData("Unable to handle kernel paging request at virtual address c0000000", "oops:1: expected an oops of an "
        + "arm64 kernel (\"Unable to handle kernel … at virtual address …\"), found one of a 32-bit ARM kernel")]
    [InlineData("nothing", "oops:1: expected an oops of an arm64 kernel (\"Unable to handle kernel … at virtual "
        + "address …\"), found none")]
    [InlineData("Unable to handle kernel paging request at virtual address ffff000005c00000\n  ESR = 0x9600zz07",
        "oops:2: expected 8 to 16 hexadecimal digits behind ESR, found ESR = 0x9600zz07")]
    [InlineData("[ffff000005c00000] pgd=1800, p4d=18", "oops:1: expected 16 hexadecimal digits behind pgd=, found "
        + "\"1800\"")]
    [InlineData("[ffff000005c00000] pgd=180000009ffff403, pte=180000009ffff403, pmd=180000009ffff403", "oops:1: "
        + "expected the levels in the order pgd, p4d, pud, pmd, pte, found pmd behind pte")]
    [InlineData("ESR = 0x96000004\nswapper pgtable: 4k pages, 50-bit VAs, pgdp=0", "oops:2: expected a VA size of 39, "
        + "48, 52 bits with 4K pages, found 50")]
    [InlineData("text\n  ESR =3D 0x0000000096000047", "oops:2: expected a log as the kernel printed it, found "
        + "quoted-printable text of a mail, in which \"=3D\" stands for \"=\" (save the mail's text from a mail "
        + "program)")]
    [InlineData("ESR = 0x96000047\n[ffff0000bfff0000] pgd=3D180000013ffff403", "oops:2: expected a log as the kernel "
        + "printed it, found quoted-printable text of a mail, in which \"=3D\" stands for \"=\" (save the mail's text "
        + "from a mail program)")]
    public void What_is_no_oops_of_arm64_is_refused(string text, string expected) =>
        Assert.Equal(expected, Assert.Throws<InputException>(() => OopsReader.Read("oops", text)).Message);
}
