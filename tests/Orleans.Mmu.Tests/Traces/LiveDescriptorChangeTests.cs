using CsCheck;
using Orleans.Mmu.Arm.BreakBeforeMake;
using Orleans.Mmu.Arm.Descriptors;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Arm.TlbEntries;
using Orleans.Mmu.Arm.Walks;
using Orleans.Mmu.Tests.Arm;

namespace Orleans.Mmu.Tests.Traces;

/// <summary>
/// What the linter says of a live change, held against what the old and the new entry may do in one TLB.
/// </summary>
public sealed class LiveDescriptorChangeTests
{
    private const ulong Output = 0x4000_0000;

    private static readonly TranslationGeometry Geometry = Geometries.Of("4K", 48);

    // Each bit that a leaf may change, and the lowest bit of another output address.
    private static readonly int[] ComparedBits =
        [2, 3, 4, 5, 6, 7, 8, 9, 11, 16, 21, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 62, 63];

    [Fact]
    public void AChangeOfABlockIsLegalWhereItsTwoEntriesAre() =>
        Gen.Select(Gen.OneOf(ComparedBits).Array[0, 3], Gen.OneOf(ComparedBits).Array[0, 3],
            Gen.OneOf(Enum.GetValues<BbmLevel>()))
            .ForAll((before, after, level) =>
            {
                ulong old = before.Aggregate(TraceText.Block(Output), (bits, b) => bits ^ 1UL << b);
                ulong changed = after.Aggregate(old, (bits, b) => bits ^ 1UL << b);
                // A contiguous block at another place of its group contradicts the group, whatever it replaces.
                if (IsMisplaced(old) || IsMisplaced(changed))
                    return;
                var lint = TraceText.Tree(old).Write(TraceText.Pmd, changed).Lint(level);
                var verdict = OverlapRules.Judge(Geometry, level, Entry(old, Level.L2), Entry(changed, Level.L2));
                Assert.Equal(verdict.NeedsBreak, lint.Violation is not null);
                Assert.Equal(verdict.MayAbort && !verdict.NeedsBreak ? 1 : 0, lint.MayAbort);
            });

    [Fact]
    public void ASplitIsLegalWhereTheBlockAndAPageOfItsTableAre() =>
        Gen.Select(Gen.OneOf(ComparedBits).Array[0, 2],
            Gen.OneOf(ComparedBits.Where(b => b != 21 && b != 52).ToArray()).Array[0, 2],
            Gen.OneOf(Enum.GetValues<BbmLevel>())).ForAll((before, after, level) =>
            {
                ulong block = before.Aggregate(TraceText.Block(Output), (bits, b) => bits ^ 1UL << b) & ~(1UL << 52);
                ulong output = block & 0x0000_ffff_ffe0_0000;
                ulong page =
                    after.Aggregate((block & ~(0x0000_ffff_ffff_f000UL)) | output | 2, (bits, b) => bits ^ 1UL << b);
                var lint = TraceText.Tree(block, t => Fill(t, page)).Write(TraceText.Pmd, TraceText.Pte | 3)
                    .Lint(level);
                // A split leaves three kinds of entries: the block, its pages, and the table entry.
                var pages = OverlapRules.Judge(Geometry, level, Entry(block, Level.L2), Entry(page, Level.L3));
                Assert.Equal(pages.NeedsBreak, lint.Violation is not null);
                Assert.Equal(pages.MayAbort && !pages.NeedsBreak ? 1 : 0, lint.MayAbort);
            });

    private static bool IsMisplaced(ulong block) => (block & 1UL << 52) != 0 && (block & 1UL << 21) != 0;

    private static void Fill(TraceText trace, ulong first)
    {
        for (ulong i = 0; i < 512; i++)
            trace.Write(TraceText.Pte + 8 * i, first + 4096 * i);
    }

    private static TlbEntry Entry(ulong bits, Level level) =>
        TlbEntry.ForLeaf(Geometry, default, new WalkResult(WalkFault.None, level, new Descriptor(bits)), asid: 0);
}
