using static Orleans.Mmu.Tests.Traces.ShapedLeaf;

namespace Orleans.Mmu.Tests.Traces;

/// <summary>
/// Trees without ASIDs that were released with valid entries: what CPUs hold of them keeps the VMID, or EL2, from
/// another tree, also where the page of the root is a root again.
/// </summary>
public sealed class LintReleasedTreeTests
{
    private const ulong Other = 0x300_0000;
    private const ulong Empty = 0x500_0000;
    private const string Isb = "barrier ID isb";

    private static readonly string Release = $"hint ID (kind release_table) (location 0x{Root:x}) (value 0x0)";

    private static void Tables(TraceText trace, ulong root, ulong output) =>
        trace.Add($"hint ID (kind set_root_lock) (location 0x{root:x}) (value 0x9000)").Write(root, root + 0x1003)
            .Write(root + 0x1000, root + 0x2003).Write(root + 0x2000, TraceText.Block(output));

    private static TraceText Vttbr(TraceText trace, ulong vmid, ulong root, int cpu = 0) =>
        trace.Add($"sysreg-write ID (sysreg vttbr_el2) (value 0x{vmid << 48 | root:x})", cpu);

    // Some CPUs have used VMID 1 and have left it, without an ISB.
    private static TraceText Left(int cpus = 1)
    {
        var trace = Register(new(), "vtcr_el2", 2UL << 6 | 16);
        Tables(trace, Root, Output);
        for (int cpu = 0; cpu < cpus; cpu++)
            Vttbr(trace, 1, Root, cpu).Add(Isb, cpu);
        for (int cpu = 0; cpu < cpus; cpu++)
            Vttbr(trace, 0, Empty, cpu);
        return trace;
    }

    // Another tree gets VMID 1.
    private static string Reused(TraceText trace, string? since = null)
    {
        Tables(trace, Other, Moved);
        string verdicts = TraceText.Verdicts(Vttbr(trace, 1, Other).Add(Isb));
        if (since is not null)
        {
            string reason = trace.Lint(default).Violation!.Reason;
            Assert.StartsWith("VMID reused without a TLBI: 1", reason, StringComparison.Ordinal);
            Assert.Contains(since, reason, StringComparison.Ordinal);
        }

        return verdicts;
    }

    // The page of the root, and those of the tables, may be freed and allocated in between.
    [Theory]
    [InlineData(false, false, "vvvv")]
    [InlineData(true, false, "vvvv")]
    [InlineData(false, true, "llll")]
    [InlineData(true, true, "llll")]
    public void The_same_page_is_a_root_of_the_same_VMID(bool freed, bool flush, string verdicts)
    {
        var trace = Left().Add(Isb).Add(Release);
        foreach (string what in freed ? ["mem-free", "mem-init"] : Array.Empty<string>())
            trace.Add($"{what} ID (address 0x{Root:x}) (size 0x3000)");
        if (flush)
            trace.Tlbi("alle1is").Dsb();
        Tables(trace, Root, Moved);
        Assert.Equal(verdicts, TraceText.Verdicts(Vttbr(trace, 1, Root)));
    }

    // VMALLS12E1 of the page's new VMID leaves entries of the old one.
    [Theory]
    [InlineData(null, "no TLBI of every VMID has followed the ISB")]
    [InlineData("vmalls12e1is", "names one VMID alone")]
    [InlineData("alle1is", null)]
    public void The_page_has_been_a_root_of_another_VMID_in_between(string? operation, string? since)
    {
        var trace = Left().Add(Isb).Add(Release);
        Tables(trace, Root, Moved);
        Vttbr(trace, 3, Root).Add(Isb);
        if (operation is not null)
            trace.Tlbi(operation).Dsb();
        Assert.Equal(since is null ? "llll" : "vvvv", Reused(Vttbr(trace, 0, Empty).Add(Isb), since));
    }

    [Fact]
    public void The_TLBI_of_every_VMID_comes_between_ISB_and_DSB()
    {
        Assert.Equal("vvvv", Reused(Left().Tlbi("alle1is").Dsb().Add(Isb).Add(Release), "no TLBI of every VMID"));
        Assert.Equal("vvvv", Reused(Left().Tlbi("alle1is").Dsb().Add(Release), "no ISB of CPU 0 has followed event 7"));
        Assert.Equal("vvvv", Reused(Left().Add(Isb).Tlbi("alle1is").Add(Release), "no DSB ISH of CPU 0"));
        // The release may stand between TLBI and DSB.
        Assert.Equal("llll", Reused(Left().Add(Isb).Tlbi("alle1is").Add(Release).Dsb()));
    }

    [Fact]
    public void A_local_TLBI_is_one_of_each_CPU()
    {
        TraceText Flushed() => Left(2).Add(Isb).Add(Isb, 1).Tlbi("alle1").Dsb("nsh");
        Assert.Equal("vvvv", Reused(Flushed().Add(Release), "and CPU 1 may still have entries of it cached"));
        Assert.Equal("llll", Reused(
            Flushed().Add("tlbi ID alle1", 1).Add("barrier ID dsb (kind nsh)", 1).Add(Release)));
        Assert.Equal(1, Reuser(Flushed().Add(Release)));
    }

    // Of an empty tree a CPU holds nothing.
    [Fact]
    public void An_emptied_tree_leaves_its_VMID_at_once()
    {
        var trace = Register(new(), "vtcr_el2", 2UL << 6 | 16);
        Tables(trace, Root, Output);
        Vttbr(trace, 1, Root).Add(Isb).Add("lock ID (address 0x9000)").Write(Root, 0).Flush("vmalls12e1is");
        Vttbr(trace, 0, Empty).Add(Isb).Add(Release);
        Tables(trace, Root, Moved);
        Assert.Equal("llll", TraceText.Verdicts(Vttbr(trace, 1, Root)));
    }

    // TTBR0_EL2 has no ASID without E2H. ALLE2 comes after the ISB, before the release or after it.
    [Theory]
    [InlineData(true, null, Other, "vvvv")]
    [InlineData(true, null, Root, "vvvv")]
    [InlineData(true, true, Other, "llll")]
    [InlineData(true, false, Other, "llll")]
    [InlineData(true, false, Root, "llll")]
    [InlineData(false, true, Other, "vvvv")]
    public void EL2_gets_another_root_after_ALLE2(bool isb, bool? before, ulong next, string verdicts)
    {
        var trace = Register(Register(new(), "hcr_el2", 0), "tcr_el2", 16);
        Tables(trace, Root, Output);
        Register(Register(trace, "ttbr0_el2", Root).Add(Isb), "sctlr_el2", 0);
        if (isb)
            trace.Add(Isb);
        if (before == true)
            trace.Tlbi("alle2").Dsb("nsh");
        trace.Add(Release);
        if (before == false)
            trace.Tlbi("alle2").Dsb("nsh");
        Tables(trace, next, Moved);
        Register(Register(trace, "ttbr0_el2", next).Add(Isb), "sctlr_el2", 1);
        Assert.Equal(verdicts, TraceText.Verdicts(trace));
        if (trace.Lint(default).Violation is { } violation)
        {
            Assert.StartsWith("EL2 gets another root without a TLBI", violation.Reason, StringComparison.Ordinal);
            Assert.EndsWith(
                "it leads to another root after SCTLR_EL2.M is 0, an ISB, ALLE2, and a DSB", violation.Reason,
                StringComparison.Ordinal);
        }
    }

    private static int? Reuser(TraceText trace)
    {
        Tables(trace, Other, Moved);
        return Vttbr(trace, 1, Other).Lint(default).Violation?.Cpu;
    }
}
