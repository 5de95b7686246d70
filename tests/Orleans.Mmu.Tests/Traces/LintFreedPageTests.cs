namespace Orleans.Mmu.Tests.Traces;

/// <summary>
/// Pages that <c>mem-free</c> takes: those that never were tables, and the tables of a tree that no CPU can meet.
/// </summary>
public sealed class LintFreedPageTests
{
    private const ulong Unused = 0x6000;
    private const ulong Empty = 0x8000;

    private static string Range(string kind, ulong page) => $"{kind} ID (address 0x{page:x}) (size 0x1000)";

    [Theory]
    [InlineData("link", false, "vvvv")]
    [InlineData("write", false, "vvvv")]
    [InlineData("free", false, "vvvv")]
    [InlineData("link", true, "llll")]
    [InlineData("write", true, "llll")]
    [InlineData("free", true, "llll")]
    public void A_page_that_never_was_a_table_is_freed(string use, bool again, string verdicts)
    {
        var trace = TraceText.Tree(0).Add(Range("mem-init", Unused)).Add(Range("mem-free", Unused));
        if (again)
            trace.Add(Range("mem-init", Unused));
        Assert.Equal(verdicts, TraceText.Verdicts(use switch
        {
            "link" => trace.Write(TraceText.Pmd, Unused | 3),
            "write" => trace.Write(Unused, 0),
            _ => trace.Add(Range("mem-free", Unused)),
        }));
    }

    // CPU 0 alone has walked the tree.
    private static TraceText Left(bool isb, bool tlbi)
    {
        var trace = new TraceText().Write(TraceText.Root, TraceText.Pud | 3).Write(TraceText.Pud, TraceText.Pmd | 3)
            .Write(TraceText.Pmd, TraceText.Block(0x4000_0000)).Dsb("ishst")
            .Register("ttbr0_el1", TraceText.Root).Isb().Register("ttbr0_el1", Empty);
        if (isb)
            trace.Isb();
        return tlbi ? trace.Tlbi("vmalle1").Dsb("nsh") : trace;
    }

    [Theory]
    [InlineData(true, true, "llll")]
    [InlineData(false, true, "vvvv")]
    [InlineData(true, false, "vvvv")]
    public void Tables_that_no_CPU_can_meet_are_freed(bool isb, bool tlbi, string verdicts)
    {
        var trace = Left(isb, tlbi);
        foreach (ulong page in (ulong[])[TraceText.Pmd, TraceText.Root, TraceText.Pud])
            trace.Add(Range("mem-free", page));
        Assert.Equal(verdicts, TraceText.Verdicts(trace));
    }

    [Fact]
    public void A_register_that_leads_to_them_again_is_refused() => Assert.Equal("vvvv", TraceText.Verdicts(
        Left(isb: true, tlbi: true).Add(Range("mem-free", TraceText.Pmd)).Register("ttbr0_el1", TraceText.Root)));
}
