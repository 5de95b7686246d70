using System.Collections.Immutable;
using Orleans.Mmu.Arm.BreakBeforeMake;

namespace Orleans.Mmu.Checking.Toy;

/// <summary>The architecture's verdict on each pair of TLB entries.</summary>
internal static class EntryConflicts
{
    /// <summary>For each entry, the entries that a CPU of a level must not hold together with it.</summary>
    /// <param name="mixed">Entries that it may mix; otherwise those for which it may raise a conflict abort.</param>
    public static uint[] Of(ToyMachine machine, ImmutableArray<WatchedEntry> entries, BbmLevel level, bool mixed)
    {
        var conflicts = new uint[entries.Length];
        foreach (var a in entries)
        {
            foreach (var b in entries)
            {
                if (a == b || !a.Entry.Overlaps(machine.Geometry, b.Entry))
                    continue;
                var verdict = OverlapRules.Judge(machine.Geometry, level, a.Entry, b.Entry, a.HoldsWhat(b));
                bool mixes = (verdict.Outcomes & OverlapBehaviours.Amalgamation) != 0;
                if (verdict.IsHazard && mixes == mixed)
                    conflicts[a.Index] |= b.Bit;
            }
        }

        return conflicts;
    }
}
