using System.Runtime.CompilerServices;
using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Descriptors;

namespace Orleans.Mmu.Arm.Tables;

/// <summary>
/// A table as a walk sees it: one that exists as an object, or one of those that a <see cref="TableOfRuns"/> stands
/// for, which a walk need not make.
/// </summary>
internal readonly struct TableView
{
    private readonly TranslationTable _table;
    private readonly int _run;

    public TableView(TranslationTable table)
        : this(table, -1)
    {
    }

    private TableView(TranslationTable table, int run)
    {
        _table = table;
        _run = run;
    }

    /// <summary>Whether this is nothing at all.</summary>
    public bool IsNone => _table is null;

    /// <summary>The table itself, or null where it is one of a <see cref="TableOfRuns"/>.</summary>
    public TranslationTable? Object => _run < 0 ? _table : null;

    public PhysicalAddress AddressOf(int index) =>
        _run < 0 ? _table.AddressOf(index) : Below.ChildAddress(_run) + (ulong)index * 8;

    /// <summary>
    /// The leaves of this table and of those after it, where it is one of a <see cref="TableOfRuns"/>.
    /// </summary>
    public LeafRun LeavesOfRuns(VirtualAddress start, int tables) => Below.Leaves(start, _run, tables);

    private TableOfRuns Below => (TableOfRuns)_table;

    /// <summary>An entry's word.</summary>
    /// <param name="next">The table that it leads to, or none.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Descriptor Read(int index, out TableView next)
    {
        if (_run >= 0)
        {
            next = default;
            return Below.ChildWord(_run, index);
        }

        var entry = _table.Read(index);
        next = new(entry.Next!, entry.Next is not null && entry.Next.Level == _table.Level ? index : -1);
        return entry.Word;
    }
}

/// <summary>A word and what it leads to.</summary>
/// <param name="Next">
/// The next level's table; a table of the same level where the next one is only implied by it, at the same index; null
/// where there is none.
/// </param>
internal readonly record struct TableEntry(Descriptor Word, TranslationTable? Next);
