using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.BreakBeforeMake;
using Orleans.Mmu.Arm.Descriptors;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Arm.TlbEntries;

namespace Orleans.Mmu.Tests.Arm;

/// <summary>
/// What each BBM level may do with two entries for one address: a row for each kind of change, a column for each level.
/// </summary>
public class OverlapRulesTests
{
    private const OverlapBehaviours One = OverlapBehaviours.OneEntry;
    private const OverlapBehaviours Abort = One | OverlapBehaviours.ConflictAbort;
    private const OverlapBehaviours Anything = Abort | OverlapBehaviours.Amalgamation;

    private static readonly TranslationGeometry Geometry = Geometries.Of("4K", 48);
    private static readonly VirtualAddress Va = Geometry.UpperHalfStart + (1UL << 40);

    // Bit 16 clear: nothing here may pass for nT.
    private static readonly PhysicalAddress Pa = new(1UL << 40);

    [Theory]
    [InlineData(BbmLevel.Level0, Anything, "R_FVQCK")]
    [InlineData(BbmLevel.Level1, Anything, "R_FVQCK")]
    [InlineData(BbmLevel.Level2, Abort, "I_HYQMB")]
    [InlineData(BbmLevel.Level2NoAbort, One, "FEAT_BBML3")]
    public void Block_and_page(BbmLevel level, OverlapBehaviours outcomes, string rule)
    {
        Expect(level, Leaf(Level.L2), Leaf(Level.L3), OverlapDifference.Size, outcomes, rule);
        Expect(level, Leaf(Level.L1), Leaf(Level.L2), OverlapDifference.Size, outcomes, rule);
    }

    [Theory]
    [InlineData(BbmLevel.Level0, Anything, "R_FVQCK")]
    [InlineData(BbmLevel.Level1, One, "R_HHCXC")]
    [InlineData(BbmLevel.Level2, Abort, "I_HYQMB")]
    [InlineData(BbmLevel.Level2NoAbort, One, "FEAT_BBML3")]
    public void A_block_with_nT_and_a_page(BbmLevel level, OverlapBehaviours outcomes, string rule)
    {
        var nt = Leaf(Level.L2, change: a => a.WithNoTranslation(true));

        Expect(level, nt, Leaf(Level.L3), OverlapDifference.Size, outcomes, rule);
        Expect(level, nt, Table(Level.L2, Pa), OverlapDifference.Size, outcomes, rule);
    }

    [Theory]
    [InlineData(BbmLevel.Level0, Anything, "R_FVQCK")]
    [InlineData(BbmLevel.Level1, Anything, "R_FVQCK")]
    [InlineData(BbmLevel.Level2, Abort, "I_HYQMB")]
    [InlineData(BbmLevel.Level2NoAbort, One, "FEAT_BBML3")]
    public void Block_and_table(BbmLevel level, OverlapBehaviours outcomes, string rule)
    {
        Expect(level, Leaf(Level.L2), Table(Level.L2, Pa), OverlapDifference.Size, outcomes, rule);
        // A table further down hangs under the same block.
        Expect(level, Leaf(Level.L1), Table(Level.L2, Pa), OverlapDifference.Size, outcomes, rule);
    }

    [Theory]
    [InlineData(BbmLevel.Level0, Anything, "R_NGLXZ")]
    [InlineData(BbmLevel.Level1, Abort, "R_FCPSG")]
    [InlineData(BbmLevel.Level2, Abort, "R_FCPSG")]
    [InlineData(BbmLevel.Level2NoAbort, One, "R_KHRBC")]
    public void Contiguous_and_not(BbmLevel level, OverlapBehaviours outcomes, string rule)
    {
        foreach (var at in (Level[])[Level.L2, Level.L3])
        {
            Expect(level, Leaf(at, contiguous: true), Leaf(at), OverlapDifference.Contiguous, outcomes, rule);
            Expect(level, TestEntries.Group(Geometry, Va, at, Pa), Leaf(at), OverlapDifference.Contiguous, outcomes,
                rule);
        }
    }

    [Theory]
    [InlineData(BbmLevel.Level0)]
    [InlineData(BbmLevel.Level1)]
    [InlineData(BbmLevel.Level2)]
    [InlineData(BbmLevel.Level2NoAbort)]
    public void No_level_relaxes_output_address_memory_type_or_global(BbmLevel level)
    {
        // R_PVTFW, R_WHZWS.
        var page = Leaf(Level.L3);

        Expect(level, page, Leaf(Level.L3, Pa + 4096), OverlapDifference.OutputAddress, Anything, "R_FVQCK");
        Expect(level, page, Leaf(Level.L3, change: a => a.With(3)), OverlapDifference.MemoryType, Anything, "R_FVQCK");
        Expect(level, page, Leaf(Level.L3, change: a => a.WithNotGlobal(true)), OverlapDifference.Global, Anything,
            "R_FVQCK");
        Expect(level, Table(Level.L1, Pa), Table(Level.L1, Pa + 4096), OverlapDifference.OutputAddress, Anything,
            "R_FVQCK");
    }

    [Theory]
    [InlineData(BbmLevel.Level0)]
    [InlineData(BbmLevel.Level1)]
    [InlineData(BbmLevel.Level2)]
    [InlineData(BbmLevel.Level2NoAbort)]
    public void A_change_of_size_and_of_another_listed_thing_is_not_relaxed(BbmLevel level)
    {
        // R_PVTFW: the relaxations are for pure changes of size.
        Expect(level, Leaf(Level.L2), Leaf(Level.L3, Pa + 4096), OverlapDifference.Size
            | OverlapDifference.OutputAddress, Anything, "R_FVQCK");
        Expect(level, Leaf(Level.L2), Leaf(Level.L3, change: a => a.With(3)),
            OverlapDifference.Size | OverlapDifference.MemoryType, Anything, "R_FVQCK");
        Expect(level, Leaf(Level.L2), Leaf(Level.L3, change: a => a.WithNotGlobal(true)),
            OverlapDifference.Size | OverlapDifference.Global, Anything, "R_FVQCK");
        Expect(level, Leaf(Level.L3, contiguous: true), Leaf(Level.L3, Pa + 4096),
            OverlapDifference.Contiguous | OverlapDifference.OutputAddress, Anything, "R_FVQCK");
    }

    [Theory]
    [InlineData(BbmLevel.Level0)]
    [InlineData(BbmLevel.Level1)]
    [InlineData(BbmLevel.Level2)]
    [InlineData(BbmLevel.Level2NoAbort)]
    public void Permissions_alone_are_one_or_the_other_at_every_level(BbmLevel level)
    {
        Func<LeafAttributes, LeafAttributes>[] changes =
        [
            a => a.WithReadOnly(true), a => a.WithDirtyBitModifier(true), a => a.WithSoftwareBit(0, true),
        ];

        foreach (var change in changes)
            Expect(level, Leaf(Level.L3), Leaf(Level.L3, change: change), OverlapDifference.Permission, One, "R_FFWJK");
    }

    [Theory]
    [InlineData(BbmLevel.Level0, Anything, "R_FVQCK")]
    [InlineData(BbmLevel.Level1, Anything, "R_FVQCK")]
    [InlineData(BbmLevel.Level2, Abort, "I_HYQMB")]
    [InlineData(BbmLevel.Level2NoAbort, One, "FEAT_BBML3")]
    public void Size_and_permission_at_once_is_judged_as_size(
        BbmLevel level, OverlapBehaviours outcomes, string rule) =>
        // Linux's set_memory_ro relies on it.
        Expect(level, Leaf(Level.L2), Leaf(Level.L3, change: a => a.WithReadOnly(true)),
            OverlapDifference.Size | OverlapDifference.Permission, outcomes, rule);

    private static TlbEntry Leaf(
        Level level, PhysicalAddress? pa = null, bool contiguous = false, Func<LeafAttributes, LeafAttributes>? change =
            null) =>
        TestEntries.Leaf(Geometry, Va, level, pa ?? Pa, contiguous: contiguous, change: change);

    private static TlbEntry Table(Level level, PhysicalAddress table) => TestEntries.Table(Geometry, Va, level, table);

    private static void Expect(
        BbmLevel level, TlbEntry a, TlbEntry b, OverlapDifference difference, OverlapBehaviours outcomes, string rule)
    {
        var expected = new OverlapVerdict(difference, outcomes, rule);

        Assert.Equal(expected, OverlapRules.Judge(Geometry, level, a, b));
        // Neither came first.
        Assert.Equal(expected, OverlapRules.Judge(Geometry, level, b, a));
        Assert.Equal(outcomes != One, expected.IsHazard);
    }
}
