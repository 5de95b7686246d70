using Orleans.Mmu.Arm.Descriptors;
using Orleans.Mmu.Arm.Geometry;

namespace Orleans.Mmu.Traces.Lint;

/// <summary>An input address at which a tree of one shape meets a tree of another one.</summary>
internal sealed partial class LintedControlChange
{
    // The number of descriptors that are read for one violation.
    private const int MostReads = 1 << 14;

    private int _reads;

    // The first leaf of the tree as it is read from now on that the earlier shape translates too; another descriptor,
    // if there is no such leaf. Null if none meets one of the earlier shape.
    private LintSpot? SpotOf(CasemateRegister register, ulong held, LintedHalf before, ulong root, LintedHalf after)
    {
        _reads = 0;
        LintSpot? other = null;
        foreach (var (input, isLeaf) in Below(
            root, after.StartLevel, LintedHalf.IsUpper(register) ? ulong.MaxValue << after.Bits : 0, after))
        {
            if (Meets(register, held, before, input, isLeaf) is not { } byLeaf)
                continue;
            var spot = new LintSpot(LintedRoots.RegimeOf(register), input & InputAddress.Mask);
            if (byLeaf)
                return spot;
            other ??= spot;
        }

        return other;
    }

    // The valid descriptors of a tree, from the root downwards.
    private IEnumerable<(ulong Input, bool IsLeaf)> Below(ulong table, int number, ulong input, LintedHalf half)
    {
        var level = Level.Of(number);
        int entries = number == half.StartLevel ? half.RootEntries : half.Geometry.Granule.EntriesPerTable;
        for (int entry = 0; entry < entries && _reads < MostReads; entry++)
        {
            if (memory.Find(table + (ulong)entry * 8) is not { } page)
            {
                entry |= LintedPage.Words - 1;
                continue;
            }

            _reads++;
            ulong value = page[entry & (LintedPage.Words - 1)];
            if (!LintedPage.IsValid(value, half.Geometry, number))
                continue;
            ulong first = input + ((ulong)entry << half.Geometry.Shift(level));
            bool isLeaf = new Descriptor(value).Kind(half.Geometry, level) != DescriptorKind.Table;
            yield return (first, isLeaf);
            if (isLeaf)
                continue;
            foreach (var below in Below(
                new Descriptor(value).NextTable(half.Geometry).Value, number + 1, first, half))
                yield return below;
        }
    }

    // Whether the earlier shape has a descriptor for an address; true where both are leaves.
    private bool? Meets(CasemateRegister register, ulong root, LintedHalf half, ulong input, bool isLeaf)
    {
        bool isIn = LintedHalf.IsUpper(register) ? input >> half.Bits == ulong.MaxValue >> half.Bits
            : input >> half.Bits == 0;
        if (!isIn)
            return null;
        ulong table = root;
        for (int number = half.StartLevel; number <= 3; number++)
        {
            var level = Level.Of(number);
            int entries = number == half.StartLevel ? half.RootEntries : half.Geometry.Granule.EntriesPerTable;
            ulong address = table + ((input >> half.Geometry.Shift(level)) & (ulong)(entries - 1)) * 8;
            ulong value = memory.Find(address) is { } page ? page[(int)(address >> 3) & (LintedPage.Words - 1)] : 0;
            if (!LintedPage.IsValid(value, half.Geometry, number))
                return number == half.StartLevel ? null : false;
            if (new Descriptor(value).Kind(half.Geometry, level) != DescriptorKind.Table)
                return isLeaf;
            table = new Descriptor(value).NextTable(half.Geometry).Value;
        }

        return false;
    }
}
