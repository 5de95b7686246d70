using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Explain.Answers;
using Orleans.Mmu.Explain.Oopses;

namespace Orleans.Mmu.Tests.Explain;

/// <summary>The report of a kernel whose access met a page that KFENCE has made invalid.</summary>
internal static class SampleOops
{
    public const string Walk =
        "[ffff000005c00000] pgd=180000009ffff403, p4d=180000009ffff403, pud=180000009fffe403, pmd=180000009fffd403, " +
        "pte=00e8000045c00f06";

    public const string Kfence = $"""
        [   12.345678] Unable to handle kernel paging request at virtual address ffff000005c00000
        [   12.345679] Mem abort info:
        [   12.345680]   ESR = 0x0000000096000047
        [   12.345686] swapper pgtable: 4k pages, 48-bit VAs, pgdp=00000000411b7000
        [   12.345687] {Walk}
        [   12.345688] Internal error: Oops: 0000000096000047 [#1] SMP
        [   12.345689] CPU: 3 UID: 0 PID: 1 Comm: init Not tainted 6.18.15 #1 PREEMPT
        [   12.345690] pc : __memset+0x16c/0x188
        """;

    public static readonly TranslationGeometry Usual = TranslationGeometry.Create(Granule.K4, 48);

    public static Explanation Explained(string text) => OopsWords.Explain(OopsReader.Read("oops", text), Usual);
}
