using Orleans.Mmu.Traces.Lint;

namespace Orleans.Mmu.Traces.Witnesses;

/// <content>What the CPU holds at the violation.</content>
internal sealed partial class Rehearsal
{
    /// <summary>
    /// Two entries that one look-up finds and that contradict one another; null for none. Those come first that a walk
    /// makes behind this event, leaves before table entries, and of the older ones that which was made last.
    /// </summary>
    public Contradiction? Contradict()
    {
        Contradiction? best = null;
        var rankOfBest = default((bool, bool, bool, bool, bool, long));
        var starts = Starts().ToList();
        for (int i = 0; i < spot.Count; i++)
        {
            var va = AddressAt(i);
            List<HeldEntry> here = [.. _held.All.Keys.Where(e => _held.Covers(e, va))];
            foreach (var added in here)
            {
                if (!IsMadeNow(added))
                    continue;
                foreach (var held in here)
                {
                    // Before it returns to what MAIR changes, the CPU has to drop everything.
                    if (_return is not null && held.Type != added.Type && IsOfOneIndex(held, added))
                        continue;
                    if (held == added || !starts.Exists(s => Meet(s, held, added)))
                        continue;
                    var verdict = held.Beside(added, va, level, Registers.HasAsids);
                    if (!verdict.IsHazard)
                        continue;
                    var (older, newer) = (_held.All[held], _held.All[added]);
                    var rank = (
                        verdict.NeedsBreak, newer.FirstLine == _line && older.FirstLine < _line,
                        !held.Entry.IsTable && !added.Entry.IsTable, ReadingOf(added)?.IsNewest == true,
                        older.Reading.Through is null, older.LastLine);
                    if (best is not null && rank.CompareTo(rankOfBest) <= 0)
                        continue;
                    (best, rankOfBest) = (new(va, held, added, verdict), rank);
                }
            }
        }

        return best;
    }

    /// <summary>An entry by which the CPU still walks a page; null for none.</summary>
    public HeldEntry? EntryInto(ulong page)
    {
        var starts = Starts().ToList();
        foreach (var held in _held.All.Keys)
        {
            if (held.Entry.IsTable && starts.Exists(s => s.CanWalk && held.Answers(s.Asid, VmidOf(s)))
                && held.Entry.Output.Value <= page
                && page - held.Entry.Output.Value < held.Geometry.Granule.PageSize)
                return held;
        }

        return null;
    }

    /// <summary>Whether a walk may begin at a root.</summary>
    public bool MayBegin(ulong root) => Starts().Any(s => s.CanWalk && s.Root == root);

    private static bool IsOfOneIndex(in HeldEntry a, in HeldEntry b) => !a.Entry.IsTable && !b.Entry.IsTable
        && LintedLeaves.TypeOf(a.Entry.Descriptor.Bits) == LintedLeaves.TypeOf(b.Entry.Descriptor.Bits);

    private bool IsMadeNow(in HeldEntry entry) => _held.ReadingOf(entry) is not null;

    private bool Meet(in WalkStart start, in HeldEntry a, in HeldEntry b) =>
        a.Answers(start.Asid, VmidOf(start)) && b.Answers(start.Asid, VmidOf(start));
}
