using System.Globalization;
using System.Text.RegularExpressions;
using Orleans.Mmu.Axioms.Programs;

namespace Orleans.Mmu.Axioms.Reading;

/// <summary>The columns of a test: a CPU's steps, and those of its handler (P1.F) behind them.</summary>
internal static partial class CpuColumns
{
    public static IReadOnlyList<Cpu> Read(
        string[][] rows, Dictionary<int, Dictionary<int, Value>> registers, HeaderText header)
    {
        var names = rows[0];
        var cpus = new SortedDictionary<int, Cpu>();
        for (var column = 0; column < names.Length; column++)
        {
            var match = ColumnName().Match(names[column]);
            if (!match.Success)
                throw new NotExpressibleException($"column {names[column]}");
            var number = int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);
            var isHandler = match.Groups[2].Success;
            var before = cpus.GetValueOrDefault(number);
            if (isHandler != before is not null)
                throw new NotExpressibleException("columns in this order");
            List<Step> steps = [.. before?.Steps ?? []];
            var labels = (before?.Labels ?? new Dictionary<string, int>())
                .ToDictionary(label => label.Key, label => label.Value, StringComparer.Ordinal);
            var start = steps.Count;
            foreach (var cell in rows.Skip(1).Where(row => column < row.Length).Select(row => row[column]))
                ReadCell(cell, steps, labels);
            cpus[number] = new Cpu(
                steps, labels, registers.GetValueOrDefault(number, []), isHandler ? start : null,
                header.Accessed.Contains(number), header.Dirty.Contains(number), header.Unprivileged.Contains(number));
        }
        if (cpus.Count != cpus.Keys.Max() + 1)
            throw new NotExpressibleException("CPUs that are missing");
        return [.. cpus.Values];
    }

    private static void ReadCell(string cell, List<Step> steps, Dictionary<string, int> labels)
    {
        while (LabelName().Match(cell) is { Success: true } label)
        {
            labels[label.Groups[1].Value] = steps.Count;
            cell = cell[label.Length..].Trim();
        }
        if (cell.Length > 0)
            steps.Add(StepText.Read(cell));
    }

    [GeneratedRegex(@"^P(\d+)(\.F)?$")]
    private static partial Regex ColumnName();

    [GeneratedRegex(@"^([A-Za-z_]\w*)\s*:")]
    private static partial Regex LabelName();
}
