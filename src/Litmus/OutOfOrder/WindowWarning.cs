using Orleans.Mmu.Litmus.Machine;
using Orleans.Mmu.Litmus.Tests;

namespace Orleans.Mmu.Litmus.OutOfOrder;

/// <summary>
/// Finds changes of live descriptors that require break-before-make and are made without it, and judges them as
/// <see cref="BreakBeforeMakeWarning"/> does.
/// </summary>
internal sealed class WindowWarning(LitmusTest test, BreakBeforeMakeWarning rule)
{
    private readonly HashSet<(int Old, int Changed)> _suspects = [];
    private readonly Dictionary<int, HashSet<LitmusValue>> _held = [];

    /// <summary>Whether a change was found.</summary>
    public bool IsFound { get; private set; }

    /// <summary>Judges a write just before it is performed.</summary>
    public void Watch(WindowMemory memory, WindowCpu cpu, int location, LitmusValue value)
    {
        if (IsFound)
            return;
        int word = location - memory.Cells;
        if (word < 0)
        {
            // The two pages' contents are compared over all runs.
            Held(location).Add(value);
            if (_suspects.Count > 0)
                IsFound = _suspects.Any(s => rule.Differ(s.Old, s.Changed, WereEqual));
            return;
        }

        int changed = (int)value.Bits;
        if (!rule.IsLive(changed))
            return;
        uint removed = cpu.RemovedByItself[word] | cpu.RemovedByOthers[word];
        bool isBroken = false;
        for (int version = memory.Newest(word); version >= 0; version--)
        {
            int old = memory.Descriptor(word, version);
            // Break-before-make was done if a version between the two is uncacheable and a TLBI completed after it.
            if (!rule.IsLive(old))
                isBroken |= version > 0 && (removed & (1u << (version - 1))) != 0;
            else if (!isBroken && Judge(old, changed))
                return;
        }
    }

    private bool Judge(int old, int changed)
    {
        IsFound = rule.Differ(old, changed, WereEqual);
        if (!IsFound && test.Names.Descriptors[old].Output != test.Names.Descriptors[changed].Output)
            _suspects.Add((old, changed));
        return IsFound;
    }

    // Whether two pages have only ever held one and the same value.
    private bool WereEqual(int page, int other)
    {
        for (int cell = 0; cell < LitmusMemory.CellsOfPage; cell++)
        {
            var all = Held(page * LitmusMemory.CellsOfPage + cell).Union(Held(other * LitmusMemory.CellsOfPage + cell));
            if (all.Count() > 1)
                return false;
        }

        return true;
    }

    private HashSet<LitmusValue> Held(int cell)
    {
        if (!_held.TryGetValue(cell, out var held))
            _held[cell] = held = [test.Cells.GetValueOrDefault(cell)];
        return held;
    }
}
