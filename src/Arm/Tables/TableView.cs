using System.Runtime.CompilerServices;
using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Descriptors;

namespace Orleans.Mmu.Arm.Tables;

/// <summary>
/// A table as a walk sees it: a table object, or one of the tables of a <see cref="TableOfSequences"/>, for which the
/// walk creates no object.
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

    /// <summary>Whether there is no table.</summary>
    public bool IsNone => _table is null;

    /// <summary>The table object; null for one of the tables of a <see cref="TableOfSequences"/>.</summary>
    public TranslationTable? Object => _run < 0 ? _table : null;

    public PhysicalAddress AddressOf(int index) =>
        _run < 0 ? _table.AddressOf(index) : Below.ChildAddress(_run) + (ulong)index * 8;

    /// <summary>
    /// The leaves of this table and of those after it, if it is one of the tables of a <see cref="TableOfSequences"/>.
    /// </summary>
    public LeafSequence LeavesOfRuns(VirtualAddress start, int tables) => Below.Leaves(start, _run, tables);

    private TableOfSequences Below => (TableOfSequences)_table;

    /// <summary>An entry's word.</summary>
    /// <param name="next">The table that the entry leads to, or none.</param>
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
/// The next level's table; for one of a run of tables, the <see cref="TableOfSequences"/> above it at the same index;
/// null if the entry leads to no table.
/// </param>
internal readonly record struct TableEntry(Descriptor Word, TranslationTable? Next);
