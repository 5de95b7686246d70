using System.Collections.Immutable;

namespace Orleans.Mmu.Viewer.Figures;

/// <summary>A table of numbers.</summary>
/// <param name="Columns">Their headings, that of the rows' names first.</param>
public sealed record NumberTable(ImmutableArray<string> Columns, ImmutableArray<NumberRow> Rows)
{
    /// <summary>What the bars compare, as the heading of their column: "share"; null where no row has a bar.</summary>
    public string? Bars { get; init; }

    /// <summary>Whether the cells are words and not numbers.</summary>
    public bool IsOfWords { get; init; }
}

/// <summary>A row of numbers as they are shown.</summary>
/// <param name="Cells">One for each column but the first.</param>
/// <param name="Bar">The length of the row's bar, from 0 to 1 for the longest; null for none.</param>
public sealed record NumberRow(string Name, ImmutableArray<string> Cells, double? Bar = null);
