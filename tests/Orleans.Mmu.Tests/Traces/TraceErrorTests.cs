using CsCheck;
using Orleans.Mmu.Arm.BreakBeforeMake;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Tests.Shared;

namespace Orleans.Mmu.Tests.Traces;

/// <summary>A trace that cannot be read ends in one line that names the file and the line.</summary>
public class TraceErrorTests
{
    private const ulong Output = 0x4000_0000;

    [Theory]
    [InlineData("(mem-wrte (id 0) (tid 0))", "t.log:1: expected an event (mem-write, barrier, tlbi, sysreg-write, "
        + "lock, hint, …), found mem-wrte")]
    [InlineData("(isb)", "t.log:1: expected an event (mem-write, barrier, tlbi, sysreg-write, lock, hint, …), found "
        + "isb")]
    [InlineData("(barrier (id 0) (tid 0) dsb)", "t.log:1: expected dsb or isb in a barrier, found (barrier (id 0) "
        + "(tid 0) dsb)")]
    [InlineData("(barrier (id 0) (tid 0) dsb (kind full))", "t.log:1: expected one of nsh, nshld, nshst, "
        + "ish, ishld, ishst, osh, oshld, oshst, sy, ld, st, nshnxs, ishnxs, oshnxs, synxs, found full")]
    [InlineData("(mem-write (id 0) (tid 0) (mem-order plain) (address 0x8))", "t.log:1: expected the field value in "
        + "mem-write, found none")]
    [InlineData("(mem-write (id 0) (tid 0) (mem-order plain) (address 0xg) (value 0))", "t.log:1: expected a "
        + "hexadecimal number, found 0xg")]
    [InlineData("(mem-write (id x) (tid 0))", "t.log:1: expected a decimal number, found x")]
    [InlineData("(mem-write (id 0) (id 0))", "t.log:1: expected each field once, found id")]
    [InlineData("(tlbi (id 0) (tid 0) vmall)", "t.log:1: expected a TLBI operation (vmalle1, aside1, vae1, vaae1, "
        + "vale1, vaale1, alle1, vmalls12e1, ipas2e1, ipas2le1, alle2, vae2, vale2, also with is or os, then nxs, "
        + "behind; those by address with r before), found vmall")]
    [InlineData("(tlbi (id 0) (tid 0))", "t.log:1: expected a TLBI operation such as vmalle1is, found none")]
    [InlineData("(tlbi (id 0) (tid 0) vmalle1 alle2)", "t.log:1: expected each field once, found alle2")]
    [InlineData("(sysreg-write (id 0) (tid 0) (value 0))", "t.log:1: expected the field sysreg in "
        + "sysreg-write, found none")]
    [InlineData("(sysreg-write (id 0) (tid 0) (sysreg x) (sysreg y) (value 0))", "t.log:1: expected each field once, "
        + "found sysreg")]
    [InlineData("(sysreg-write (id 0) (tid 0) (sysreg x))", "t.log:1: expected the field value in sysreg-write, found "
        + "none")]
    [InlineData("(tlbi (id 0) (tid 0) vaae1is)", "t.log:1: expected the field value in tlbi vaae1is, found none")]
    [InlineData("(mem-init (id 0) (tid 0) (address 1001) (size 1000))", "t.log:1: expected multiples of 0x1000 in "
        + "mem-init, found address 0x1001 and size 0x1000")]
    [InlineData("(mem-free (id 0) (tid 0) (address 1000) (size 800))", "t.log:1: expected multiples of 0x1000 in "
        + "mem-free, found address 0x1000 and size 0x800")]
    [InlineData("(mem-free (id 0) (tid 0) (address 1000) (size 0))", "t.log:1: expected a size above 0 in mem-free, "
        + "found address 0x1000 and size 0x0")]
    [InlineData("(mem-init (id 0) (tid 0) (address fffffffffffff000) (size 2000))", "t.log:1: expected a range that "
        + "ends at 2^64 or before in mem-init, found address 0xfffffffffffff000 and size 0x2000")]
    [InlineData("(mem-set (id 0) (tid 0) (address 1000) (size ffffffffffffffff) (value 0))", "t.log:1: expected "
        + "multiples of 0x8 in mem-set, found address 0x1000 and size 0xffffffffffffffff")]
    [InlineData("(mem-set (id 0) (tid 0) (address 1000) (size fffffffffffff008) (value 0))", "t.log:1: expected a "
        + "range that ends at 2^64 or before in mem-set, found address 0x1000 and size 0xfffffffffffff008")]
    [InlineData("(mem-set (id 0) (tid 0) (address 0) (size 8000000000000000) (value 0))", "t.log:1: expected at most "
        + "0x100000000 bytes, those of all tables, in one mem-set, found more")]
    [InlineData("(lock (id 0) (tid 0) (address 1)", "t.log:1: expected ), found the end of the line")]
    [InlineData("(lock (id 0) (tid 0) (address 1)) x", "t.log:1: expected the end of the line, found x")]
    [InlineData("! over\n(lock (id 0) (tid 0) (address 1))", "t.log:2: expected the end of the trace after its "
        + "verdict (!), found another event")]
    public void BadInputIsOneLine(string text, string line) =>
        Assert.Equal(line, Assert.Throws<InputException>(() => TraceText.Lint(text, BbmLevel.Level0)).Message);

    [Fact]
    public void ALineMayEndLikeThoseOfWindowsAndTheFirstBeginWithAByteOrderMark()
    {
        const string Bom = "\u00ef\u00bb\u00bf", Lock = "(lock (id 0) (tid 0) (address 1))";
        Assert.Equal(1, TraceText.Lint(Bom + Lock + "\r\n", BbmLevel.Level0).Events);
        Assert.Throws<InputException>(() => TraceText.Lint($"{Lock}\n{Bom}{Lock}", BbmLevel.Level0));
    }

    // The last page may end where 64 bits do.
    [Fact]
    public void ARangeMayEndWith64Bits() => Assert.Null(TraceText.Lint(
        "(mem-init (id 0) (tid 0) (address fffffffffffff000) (size 1000))", BbmLevel.Level0).Violation);

    [Fact]
    public void ALineWithoutEndIsRefused()
    {
        var error = Assert.Throws<InputException>(
            () => TraceText.Lint("\n(" + new string('x', 1 << 21), BbmLevel.Level0));
        Assert.Equal("t.log:2: expected lines of at most 65536 bytes, found a longer one", error.Message);
    }

    [Fact]
    public void ATraceOfTooManyPagesIsRefused()
    {
        var writes = string.Concat(Enumerable.Range(0, 101)
            .Select(i => $"(mem-write (id {i}) (tid 0) (mem-order plain) (address {i * 4096L:x}) (value 1))\n"));
        var error = Assert.Throws<InputException>(() => TraceText.Lint(writes, BbmLevel.Level0, maxPages: 100));
        Assert.Equal("t.log:101: expected at most 100 pages that the trace writes, found more", error.Message);
    }

    [Fact]
    public void ATraceOfTooManyOldValuesIsRefused()
    {
        // A tree that no CPU holds may take any value.
        var trace = TraceText.Tree(TraceText.Block(0)).Add("sysreg-write ID (sysreg ttbr0_el1) (value 0x8000)")
            .Add("barrier ID isb").Park(isb: true, tlbi: true).Flush("vmalle1is");
        int before = trace.ToString().Count(c => c == '\n');
        for (ulong i = 1; i <= 41; i++)
            trace.Write(TraceText.Pmd, TraceText.Block(i << 21));
        var error = Assert.Throws<InputException>(
            () => TraceText.Lint(trace.ToString(), BbmLevel.Level0, maxPages: 10));
        Assert.Equal(
            $"t.log:{before + 41}: expected at most 40 old values of descriptors that may still be cached, found more",
            error.Message);
    }

    [Fact]
    public void AnythingElseIsAVerdictOrOneLine()
    {
        string[] texts =
        [
            .. SharedFolder.Files("casemate", "*.log")
            .Select(f => File.ReadAllText(Path.Combine(SharedFolder.Of("casemate"), f))),
            TraceText.Tree(TraceText.Block(Output)).Write(TraceText.Pmd, 0).Flush("vmalle1is")
                .Write(TraceText.Pmd, TraceText.Block(2 * Output)).ToString(),
            TraceText.Tree(TraceText.Pte | 3).Write(TraceText.Pmd, 0).Flush("vaae1is", 0)
                .Write(TraceText.Pmd, TraceText.Pte | 3).ToString(),
        ];
        (from text in Gen.Int[0, texts.Length - 1].Select(i => texts[i])
         from edits in Gen.Select(Gen.Int[0, 4], Gen.Double[0, 1], Gen.Double[0, 1], Gen.Char['\t', '~']).Array[1, 4]
         from level in Gen.Int[0, 3]
         select (Text: edits.Aggregate(text, Edit), Level: (BbmLevel)level)).ForAll(
            trace =>
            {
                try
                {
                    TraceText.Lint(trace.Text, trace.Level);
                }
                catch (InputException e)
                {
                    Assert.Matches(@"^t\.log:\d+: expected ", e.Message);
                }
            },
            iter: 20_000);
    }

    private static string Edit(string text, (int Kind, double At, double Length, char With) edit)
    {
        if (text.Length == 0)
            return text;
        int at = Math.Min((int)(edit.At * text.Length), text.Length - 1);
        int length = Math.Min((int)(edit.Length * edit.Length * 60) + 1, text.Length - at);
        return edit.Kind switch
        {
            0 => text.Remove(at, length),
            1 => text.Insert(at, text.Substring(at, length)),
            2 => text[..at],
            3 => text.Remove(at, 1).Insert(at, edit.With.ToString()),
            _ => text.Remove(at, length)
                .Insert((int)(edit.Length * (text.Length - length)), text.Substring(at, length)),
        };
    }
}
