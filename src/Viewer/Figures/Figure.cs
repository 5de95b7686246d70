using Orleans.Mmu.Viewer.Charts;

namespace Orleans.Mmu.Viewer.Figures;

/// <summary>Numbers with a heading: a table, and beside it a chart where one says more.</summary>
/// <param name="Says">A sentence or two about what the numbers are.</param>
/// <param name="Chart">Null where the table's bars suffice.</param>
public sealed record Figure(string Title, string Says, LineChart? Chart, NumberTable Table);
