using CsCheck;
using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Descriptors;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Arm.Invalidation;
using Orleans.Mmu.Arm.TlbEntries;
using Orleans.Mmu.Arm.Tlbs;

namespace Orleans.Mmu.Tests.Arm;

/// <summary>The TLB does what a plain list does, for any sequence of inserts, look-ups and invalidations.</summary>
public class TlbModelTests
{
    private enum Act
    {
        Page,
        PageGroup,
        Block,
        BlockGroup,
        Table,
        Lookup,
        Invalidate,
    }

    // Few addresses, so that sizes, ASIDs and operations meet.
    private sealed record Step(Act Act, int Place, ushort Asid, bool NotGlobal, TlbiScope Scope, int Length);

    private static readonly Gen<Step> AnyStep = Gen.Select(
        Gen.Enum<Act>(), Gen.Int[0, 127], Gen.Int[1, 2], Gen.Bool,
        Gen.Frequency((1, TlbiScope.All), (2, TlbiScope.Asid), (6, TlbiScope.Va), (6, TlbiScope.VaAllAsids),
            (6, TlbiScope.VaLastLevel), (6, TlbiScope.VaAllAsidsLastLevel)),
        Gen.Int[0, 20]).Select((act, place, asid, notGlobal, scope, length) =>
            new Step(act, place, (ushort)asid, notGlobal, scope, length));

    [Theory]
    [InlineData("4K", 48, 1024, 1024)]
    [InlineData("4K", 48, 16, 4)]
    [InlineData("4K", 52, 15, 3)]
    [InlineData("16K", 47, 1024, 1024)]
    [InlineData("16K", 48, 12, 2)]
    [InlineData("64K", 48, 20, 4)]
    [InlineData("64K", 52, 9, 1)]
    public void It_holds_and_answers_what_a_plain_list_does(string granule, int vaBits, int entries, int ways)
    {
        var geometry = Geometries.Of(granule, vaBits);
        var shape = TlbGeometry.Create(entries, ways);
        AnyStep.Array[1, 120].ForAll(steps =>
        {
            var tlb = new Tlb(geometry, shape);
            var naive = new NaiveTlb(geometry, shape);
            int source = 0;
            foreach (var step in steps)
            {
                var va = Address(geometry, step.Place);
                switch (step.Act)
                {
                    case Act.Lookup:
                        var answers = naive.Lookup(va, step.Asid);
                        Assert.Equal(answers.Count > 0, tlb.TryLookup(va, step.Asid, out var entry));
                        Assert.Equal(answers.Count > 0, tlb.TryTranslate(va, step.Asid, out var physical));
                        Assert.Equal(answers.Count > 0 ? entry.Translate(va) : default, physical);
                        if (answers.Count == 0)
                            break;
                        Assert.Contains(entry.Source, answers);
                        naive.Touch(entry.Source);
                        break;
                    case Act.Invalidate:
                        var operation = new TlbiOperation(
                            step.Scope, false, va, (ulong)step.Length * geometry.Granule.PageSize, step.Asid);
                        Assert.Equal(naive.Invalidate(operation), tlb.Invalidate(operation));
                        break;
                    default:
                        var added = Entry(geometry, va, step, ++source);
                        tlb.Insert(added);
                        naive.Insert(added, [.. tlb.Entries().Select(e => e.Source)]);
                        break;
                }

                Assert.Equal(naive.Sources.Order(), tlb.Entries().Select(e => e.Source).Order());
                Assert.Equal(naive.Sources.Count(), tlb.Count);
            }
        }, iter: 200);
    }

    // Pages at the seam of two groups of blocks: every size has neighbours on both sides.
    private static VirtualAddress Address(TranslationGeometry geometry, int place)
    {
        ulong pages = (ulong)(place & 31) * geometry.Granule.PageSize;
        ulong blocks = (ulong)(place >> 5) * geometry.Size(Level.L2);
        return new(geometry.UpperHalfStart.Value + geometry.ContiguousSize(Level.L2) - geometry.Size(Level.L2) + blocks
            + pages);
    }

    private static TlbEntry Entry(TranslationGeometry geometry, VirtualAddress va, Step step, int source)
    {
        var pa = new PhysicalAddress(va.Value - geometry.UpperHalfStart.Value);
        LeafAttributes Change(LeafAttributes a) => a.WithNotGlobal(step.NotGlobal);
        return step.Act switch
        {
            Act.Page => TestEntries.Leaf(geometry, va, Level.L3, pa, step.Asid, false, Change, source),
            Act.PageGroup => TestEntries.Group(geometry, va, Level.L3, pa, step.Asid, Change, source),
            Act.Block => TestEntries.Leaf(geometry, va, Level.L2, pa, step.Asid, false, Change, source),
            Act.BlockGroup => TestEntries.Group(geometry, va, Level.L2, pa, step.Asid, Change, source),
            _ => TestEntries.Table(geometry, va, step.NotGlobal ? Level.L2 : Level.L1, new(0), step.Asid, source),
        };
    }
}
