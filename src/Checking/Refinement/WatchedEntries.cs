using Orleans.Mmu.Arm.Descriptors;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Arm.TlbEntries;
using Orleans.Mmu.Checking.Toy;
using Orleans.Mmu.Linux.LinearMap;

namespace Orleans.Mmu.Checking.Refinement;

/// <summary>The entry of the checker's universe that a TLB entry of a run on grains corresponds to.</summary>
internal sealed class WatchedEntries(EntryUniverse universe)
{
    /// <summary>The bit of an entry; 0 for an entry that must not exist; null for one that is not watched.</summary>
    public uint? BitOf(in TlbEntry entry)
    {
        if (!entry.Start.IsUpperHalf)
            return universe.Idmap;
        if (entry.Level == Level.L1)
            return entry.Descriptor == universe.Entries[0].Entry.Descriptor ? EntryUniverse.Top : 0;
        var geometry = universe.Machine.Geometry;
        ulong block = geometry.Size(Level.L2);
        foreach (var range in Enum.GetValues<RepaintRange>())
        {
            if (entry.Start.AlignDown(block) != universe.Machine.BlockOf(range))
                continue;
            if (entry.Level == Level.L2)
                return Match(new(range, -1), entry.Descriptor);
            // A page that is not watched behaves as the first watched one: the same words except for the address.
            var first = new WatchedWord(range, 0);
            ulong offset = entry.Start - first.Address(universe.Machine);
            var pa = entry.Descriptor.OutputAddress(geometry, Level.L3);
            return Match(
                first, new(
                    (entry.Descriptor.Bits & ~geometry.AddressBits(Level.L3))
                        | geometry.Encode(new(pa.Value - offset))));
        }

        return null;
    }

    private uint Match(WatchedWord word, Descriptor descriptor) =>
        universe.Entries.Where(e => e.Word == word && e.Entry.Descriptor == descriptor)
            .Aggregate(0u, (mask, e) => mask | e.Bit);
}
