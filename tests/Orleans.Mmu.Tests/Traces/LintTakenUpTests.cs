using Orleans.Mmu.Arm.BreakBeforeMake;
using Orleans.Mmu.Traces.Lint;
using static Orleans.Mmu.Tests.Traces.TraceText;

namespace Orleans.Mmu.Tests.Traces;

/// <summary>A CPU that takes a tree up is judged by its own shape, its level and what it may have cached.</summary>
public sealed class LintTakenUpTests
{
    private const ulong Other = 0x9000;
    private const ulong Contiguous = 1UL << 52;

    private static readonly BbmLevel[] Mixed = [BbmLevel.Level2NoAbort, BbmLevel.Level0];

    private static ulong Tcr(ulong size) => 1UL << 36 | 2UL << 30 | size << 16 | 16;

    private static TraceText Tables(ulong root = Root) => new TraceText().Write(Pte, Page(0x4000_0000))
        .Write(Pmd, Pte | 3).Write(Pud, Pmd | 3).Write(root, Pud | 3);

    private static LintViolation? Lint(TraceText trace, params BbmLevel[] levels)
    {
        using var stream = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(trace.ToString()));
        return CasemateLint.Run("t.log", stream, new LintRequest(levels.Length > 0 ? levels : [default]), null, default)
            .Violation;
    }

    // The upper half begins elsewhere in each size, although both have one first level.
    [Theory]
    [InlineData(16UL, false, null)]
    [InlineData(17UL, false, "CPU 1")]
    [InlineData(17UL, true, "CPU 0")]
    public void A_tree_of_the_upper_half_has_one_size(ulong size, bool fillLast, string? violation)
    {
        var trace = fillLast ? new TraceText() : Tables();
        trace.Register("tcr_el1", Tcr(16)).Register("tcr_el1", Tcr(size), 1);
        trace.Register("ttbr1_el1", Root).Isb().Register("ttbr1_el1", Root, 1).Isb(1);
        if (fillLast)
            trace.Append(Tables());
        var found = Lint(trace);
        Assert.Equal(violation is null, found is null);
        if (violation is not null)
        {
            Assert.StartsWith(
                $"a tree is read in two shapes: {violation} reads", found!.Reason, StringComparison.Ordinal);
        }
    }

    // Until the ISB the first walk may begin at the earlier root, or read it in the earlier shape.
    [Theory]
    [InlineData("ttbr1_el1", Other, true, true)]
    [InlineData("ttbr1_el1", Other, false, false)]
    [InlineData("tcr_el1", 25UL, true, true)]
    [InlineData("tcr_el1", 25UL, false, false)]
    public void An_ISB_comes_before_walks_are_turned_on(string register, ulong value, bool isb, bool legal)
    {
        var trace = new TraceText().Register("tcr_el1", Tcr(16)).Register("sctlr_el1", 0).Isb();
        trace.Append(Tables()).Write(Other, Pte | 3).Register("ttbr1_el1", Root).Isb();
        trace.Register(register, register == "tcr_el1" ? Tcr(value) : value);
        if (isb)
            trace.Isb();
        Assert.Equal(legal, Lint(trace.Register("sctlr_el1", 1).Isb()) is null);
    }

    [Theory]
    [InlineData(BbmLevel.Level2NoAbort, true)]
    [InlineData(BbmLevel.Level0, false)]
    public void A_mixed_group_is_judged_for_each_level(BbmLevel second, bool legal)
    {
        var trace = new TraceText();
        for (ulong i = 0; i < 16; i++)
            trace.Write(Pte + 8 * i, Page(0x4000_0000 + 4096 * i) | Contiguous);
        trace.Write(Pmd, Pte | 3).Write(Pud, Pmd | 3).Write(Root, Pud | 3).Register("ttbr1_el1", Root).Isb();
        trace.Write(Pte, Page(0x4000_0000)).Dsb();
        Assert.Null(Lint(trace, BbmLevel.Level2NoAbort, second));
        var found = Lint(trace.Register("ttbr1_el1", Root, 1), BbmLevel.Level2NoAbort, second);
        Assert.Equal(legal, found is null);
        Assert.Equal(legal ? null : 1, found?.Cpu);
    }

    // CPU 0, of the higher level, alone may hold the block.
    [Theory]
    [InlineData("ish", true)]
    [InlineData(null, false)]
    public void A_block_that_one_CPU_holds_does_not_meet_the_pages_of_another(string? dsb, bool legal)
    {
        var trace = new TraceText().Write(Pmd, Block(0x4000_0000)).Write(Pud, Pmd | 3).Write(Root, Pud | 3);
        trace.Register("ttbr1_el1", Root).Isb().FillPte(0x4000_0000).Dsb().Write(Pmd, Pte | 3);
        if (dsb is not null)
            trace.Dsb(dsb);
        trace.Register("ttbr1_el1", Root, 1).Isb(1).Write(Pte, Page(0x4000_0000) | 0x80);
        Assert.Equal(legal, Lint(trace, Mixed) is null);
    }
}
