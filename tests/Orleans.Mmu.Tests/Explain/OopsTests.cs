using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Explain.Answers;
using Orleans.Mmu.Explain.Oopses;
using Orleans.Mmu.Inputs;

namespace Orleans.Mmu.Tests.Explain;

/// <summary>Reports of arm64 kernels: what is read of them, and whether fault and printed walk agree.</summary>
public sealed class OopsTests
{
    private const string Walk =
        "[ffff000005c00000] pgd=180000009ffff403, p4d=180000009ffff403, pud=180000009fffe403, pmd=180000009fffd403, " +
        "pte=00e8000045c00f06";

    private const string Kfence = $"""
        [   12.345678] Unable to handle kernel paging request at virtual address ffff000005c00000
        [   12.345679] Mem abort info:
        [   12.345680]   ESR = 0x0000000096000047
        [   12.345686] swapper pgtable: 4k pages, 48-bit VAs, pgdp=00000000411b7000
        [   12.345687] {Walk}
        [   12.345688] Internal error: Oops: 0000000096000047 [#1] SMP
        [   12.345689] CPU: 3 UID: 0 PID: 1 Comm: init Not tainted 6.18.15 #1 PREEMPT
        [   12.345690] pc : __memset+0x16c/0x188
        """;

    private static readonly TranslationGeometry Usual = TranslationGeometry.Create(Granule.K4, 48);

    [Fact]
    public void A_page_that_was_taken_away_is_named()
    {
        var answer = Explain(Kfence);

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

        Assert.Equivalent(Explain(Kfence), Explain(quoted));
    }

    [Theory]
    // The printed entry is valid: an old invalid descriptor, or a store since.
    [InlineData("96000047", "00e8000045c00f07", "The pte was valid when the kernel printed it")]
    // A read-only page and a store.
    [InlineData("9600004f", "0060000045c00f87", "The printed walk agrees: the pte does not permit the access.")]
    // A writable page and a store: an older entry in the TLB.
    [InlineData("9600004f", "0068000045c00f07", "The pte permits the access in the printed walk")]
    [InlineData("96000070", "0068000045c00f07", "The printed walk is one of the two translations: 4K at level 3.")]
    [InlineData("96000046", "0000000000000000", "The fault reports level 2, and the printed walk ends at level 3")]
    // A contiguous member that permits the store: another member may not.
    [InlineData("9600004f", "0078000045c00703", "The pte permits the access in the printed walk: the fault came from "
        + "an older translation in the TLB, which no TLBI has removed (R_LXHLD), from another member of its contiguous "
        + "group, whose permissions the CPU may use (R_JQQTC), or the entry changed since.")]
    // User space may write it, so the kernel does not execute it, whatever PXN says.
    [InlineData("8600000f", "0048000045c00f43", "The printed walk agrees: user space may write what the pte maps")]
    [InlineData("8600000f", "0060000045c00f83", "The printed walk agrees: the pte does not permit the access.")]
    // A page of user space, read while PAN is on.
    [InlineData("9600000f", "00e8000045c00f43", "The pte belongs to user space")]
    public void Fault_and_walk_are_held_against_each_other(string esr, string pte, string expected)
    {
        string text = Kfence.Replace("96000047", esr, StringComparison.Ordinal)
            .Replace("00e8000045c00f06", pte, StringComparison.Ordinal);

        Assert.Contains(
            Explain(text).Sections[2].Sentences, s => s.StartsWith(expected, StringComparison.Ordinal));
    }

    // PXNTable, APTable[1] and both, in the pud or the pmd; APTable[0] forbids nothing to the kernel.
    [Theory]
    [InlineData("8600000f", "pmd", "18", "PXNTable of the pmd forbids the access to everything below it")]
    [InlineData("8600000f", "pud", "08", "PXNTable of the pud forbids the access to everything below it")]
    [InlineData("9600004f", "pmd", "58", "APTable of the pmd forbids the access to everything below it")]
    [InlineData("9600004f", "pud", "40", "APTable of the pud forbids the access to everything below it")]
    [InlineData("8600000f", "pmd", "10", null)]
    [InlineData("9600004f", "pmd", "38", null)]
    [InlineData("9600000f", "pmd", "58", null)]
    public void Tables_above_the_leaf_may_forbid_the_access(string esr, string level, string bits, string? expected)
    {
        string text = Kfence.Replace("96000047", esr, StringComparison.Ordinal)
            .Replace("=18", "=00", StringComparison.Ordinal).Replace($"{level}=00", $"{level}={bits}",
                StringComparison.Ordinal)
            .Replace("00e8000045c00f06", "0048000045c00703", StringComparison.Ordinal);

        Assert.StartsWith(
            expected is null ? "The pte permits the access" : $"The printed walk agrees: {expected}",
            Explain(text).Sections[2].Sentences[^1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("f5ff000005c00000", 48, "The address carries the tag 0xf5 in bits 63:56. With TCR_EL1.TBI1 = 1, as "
        + "Linux sets it for memory tags and KASAN's tags, the CPU ignores those bits and translates "
        + "0xffff000005c00000. That lies in the linear map, 0x5c00000 bytes behind PAGE_OFFSET.")]
    [InlineData("00ff800080000000", 48, "The address carries the tag 0x00 in bits 63:56. With TCR_EL1.TBI1")]
    [InlineData("b400aaaabbbbc000", 48, "The address carries the tag 0xb4 in bits 63:56. With TCR_EL1.TBI0 = 1, as "
        + "Linux sets it, the CPU ignores those bits and translates 0x0000aaaabbbbc000.")]
    [InlineData("0500000000001000", 48, "The address carries the tag 0x05 in bits 63:56. With TCR_EL1.TBI0 = 1, as "
        + "Linux sets it, the CPU ignores those bits and translates 0x0000000000001000. That is a small offset from "
        + "zero: a field of a null pointer.")]
    [InlineData("dfff800000000001", 48, "The address lies in the shadow that generic KASAN has of the lower half "
        + "(KASAN_SHADOW_OFFSET 0xdfff800000000000), where nothing is mapped: the kernel was about to access 0x8, a "
        + "field of a null pointer.")]
    [InlineData("dfff800000000001", 52, "The address lies in the shadow that generic KASAN has")]
    [InlineData("dfffffc000000002", 39, "The address lies in the shadow that generic KASAN has of the lower half "
        + "(KASAN_SHADOW_OFFSET 0xdfffffc000000000), where nothing is mapped: the kernel was about to access 0x10, a")]
    [InlineData("efff800000000002", 48, "The address lies in the shadow that KASAN with software tags has of the lower "
        + "half (KASAN_SHADOW_OFFSET 0xefff800000000000), where nothing is mapped: the kernel was about to access "
        + "0x20")]
    [InlineData("dfff800020000000", 48, "The address lies in the shadow that generic KASAN has of the lower half "
        + "(KASAN_SHADOW_OFFSET 0xdfff800000000000), where nothing is mapped: the kernel was about to access "
        + "0x100000000.")]
    [InlineData("6b6b6b6b6b6b6b6b", 48, "The address lies in neither half of 48 bits, whatever its top byte")]
    [InlineData("dead000000000122", 48, "The address lies in neither half of 48 bits, whatever its top byte")]
    [InlineData("ffff000005c00000", 39, "The address lies in neither half of 39 bits, whatever its top byte")]
    [InlineData("0000000000000010", 48, "The address is a small offset from zero")]
    public void An_address_is_placed_by_what_the_CPU_looks_at(string address, int bits, string expected)
    {
        string text = Kfence.Replace("ffff000005c00000", address, StringComparison.Ordinal)
            .Replace("48-bit", $"{bits}-bit", StringComparison.Ordinal);

        Assert.StartsWith(expected, Explain(text).Sections[2].Sentences[0], StringComparison.Ordinal);
    }

    // IS_ERR_VALUE(), and LIST_POISON1 and 2 of include/linux/poison.h.
    [Theory]
    [InlineData("ffffffffffffffb8", "The address is -72: an error code in place of a pointer (ERR_PTR), or a small")]
    [InlineData("fffffffffffff000", "The address lies in the kernel's half above the linear map")]
    [InlineData("dead000000000100", "It is LIST_POISON1: list_del() leaves")]
    [InlineData("dead000000000108", "It is LIST_POISON1 + 0x8: list_del() leaves")]
    [InlineData("dead000000000122", "It is LIST_POISON2: list_del() leaves")]
    [InlineData("dead000000001000", "It is a damaged pointer, or a pattern that fills freed memory.")]
    public void A_value_that_is_no_address_is_named(string address, string expected) => Assert.Contains(expected,
        Explain(Kfence.Replace("ffff000005c00000", address, StringComparison.Ordinal)).Sections[2].Sentences[0],
        StringComparison.Ordinal);

    [Fact]
    public void An_address_that_FnV_calls_invalid_is_not_explained()
    {
        var answer = Explain(Kfence.Replace("96000047", "96000410", StringComparison.Ordinal));

        Assert.StartsWith("FnV = 1: FAR does not hold the address", Assert.Single(answer.Sections[2].Sentences),
            StringComparison.Ordinal);
        Assert.Empty(answer.Commands);
    }

    [Fact]
    public void At_another_level_fault_and_walk_do_not_agree()
    {
        string text = Kfence.Replace("96000047", "96000006", StringComparison.Ordinal).Replace(
            Walk, "[ffff000005c00000] pgd=0000000000000000", StringComparison.Ordinal);

        var sentences = Explain(text).Sections[2].Sentences;

        Assert.Equal(2, sentences.Length);
        Assert.StartsWith("The fault reports level 2, and the printed walk ends at level 0", sentences[1],
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_panic_of_the_hypervisor_is_about_its_own_tables()
    {
        var answer = Explain("""
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
        Explain("Kernel panic - not syncing: HYP panic:\nPS:204003c9 PC:0000a4e8c0a5c3b8 ESR:0000000092000006\n"
            + "FAR:0000000000000008 HPFAR:00000000009abcd0 PAR:0000000000000000\n").Sections[1].Sentences[0],
        StringComparison.Ordinal);

    [Fact]
    public void A_fault_of_user_space_is_called_so()
    {
        var answer = Explain("myapp[1234]: unhandled exception: DABT (lower EL), ESR 0x0000000092000006, level 2 "
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
        var answer = Explain($"SError Interrupt on CPU4, code {code} -- SError\n"
            + "pc : foo_probe+0x88/0x210\nKernel panic - not syncing: Asynchronous SError Interrupt\n");

        Assert.EndsWith(" It interrupted foo_probe+0x88/0x210.", answer.Summary, StringComparison.Ordinal);
        Assert.Equal("an SError", answer.Subject);
        Assert.StartsWith(summary, answer.Summary, StringComparison.Ordinal);
        Assert.Equal(fields, string.Join(',', answer.Sections[0].Fields.Skip(2).Select(f => f.Name)));
    }

    [Fact]
    public void A_fetch_is_forbidden_by_what_forbids_execution()
    {
        string summary = Explain("  ESR = 0x000000008600000f\n").Summary;

        Assert.Contains("forbids execution", summary, StringComparison.Ordinal);
        Assert.DoesNotContain("read-only", summary, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("920000c7")]
    [InlineData("920000cf")]
    [InlineData("960000c6")]
    [InlineData("8600008f")]
    public void A_fault_of_stage_2_is_not_held_against_the_walk_of_stage_1(string esr) =>
        Assert.Single(Explain(Kfence.Replace("96000047", esr, StringComparison.Ordinal)).Sections[2].Sentences);

    [Theory]
    [InlineData("4k", 39, "pgd, level 1", "pmd, level 2", "pte, level 3")]
    [InlineData("64k", 42, "pgd, level 2", "pte, level 3")]
    [InlineData("16k", 47, "pgd, level 1", "pmd, level 2", "pte, level 3")]
    [InlineData("4k", 52, "pgd, level -1", "p4d, level 0", "pud, level 1", "pmd, level 2", "pte, level 3")]
    public void Names_of_levels_that_Linux_folds_are_left_out(string pages, int bits, params string[] expected)
    {
        string text = Kfence.Replace("4k pages, 48-bit", $"{pages} pages, {bits}-bit", StringComparison.Ordinal);

        Assert.Equal(expected, Explain(text).Sections[1].Fields.Select(f => f.Name));
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

    private static Explanation Explain(string text) => OopsWords.Explain(OopsReader.Read("oops", text), Usual);
}
