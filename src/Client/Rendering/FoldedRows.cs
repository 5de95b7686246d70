namespace Orleans.Mmu.Client.Rendering;

/// <summary>Rows of a table of which neighbours with equal cells share one: "19 to 96".</summary>
internal static class FoldedRows
{
    /// <param name="rows">Names, in order, and cells.</param>
    public static IEnumerable<(string Name, string[] Cells)> Of(IEnumerable<(string Name, string[] Cells)> rows)
    {
        (string First, string Last, string[] Cells)? open = null;
        foreach (var (name, cells) in rows)
        {
            if (open is { } same && same.Cells.SequenceEqual(cells))
            {
                open = same with { Last = name };
                continue;
            }

            if (open is { } done)
                yield return Row(done);
            open = (name, name, cells);
        }

        if (open is { } last)
            yield return Row(last);
    }

    private static (string Name, string[] Cells) Row((string First, string Last, string[] Cells) rows) =>
        (rows.First == rows.Last ? rows.First : $"{rows.First} to {rows.Last}", rows.Cells);
}
