using System.Globalization;
using Orleans.Mmu.Fuzz.Judgement;

namespace Orleans.Mmu.Fuzz;

/// <summary>What cases came to, verb by verb.</summary>
internal sealed class CampaignFigures
{
    private const int OtherCode = -1;
    private static readonly int[] Codes = [0, 1, 3, 4, 5, OtherCode];

    private readonly SortedDictionary<string, Row> _rows = new(StringComparer.Ordinal);

    public long Cases => _rows.Values.Sum(r => r.Counts.Values.Sum());

    public void Add(CaseResult result)
    {
        if (!_rows.TryGetValue(result.Case.Verb, out var row))
            _rows.Add(result.Case.Verb, row = new());
        int code = Codes.Contains(result.Run.Code) ? result.Run.Code : OtherCode;
        row.Counts[code] = row.Counts.GetValueOrDefault(code) + 1;
        row.Slowest = result.Run.Took > row.Slowest ? result.Run.Took : row.Slowest;
        row.Most = Math.Max(row.Most, result.Run.Allocated);
        if (code == 1)
            row.MostRefused = Math.Max(row.MostRefused, result.Run.Allocated);
    }

    /// <summary>A table for a page in Markdown.</summary>
    public void WriteTo(TextWriter output)
    {
        output.WriteLine("| verb | exit 0 | 1 | 3 | 4 | 5 | other | slowest | most allocated | in a refusal |");
        output.WriteLine("|---|---|---|---|---|---|---|---|---|---|");
        foreach (var (verb, row) in _rows)
        {
            string counts = string.Join(" | ", Codes.Select(
                c => row.Counts.GetValueOrDefault(c).ToString("N0", CultureInfo.InvariantCulture)));
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {verb} | {counts} | {row.Slowest.TotalSeconds:N1} s | {row.Most >> 20:N0} MiB | "
                + $"{row.MostRefused >> 20:N0} MiB |"));
        }
    }

    private sealed class Row
    {
        public Dictionary<int, long> Counts { get; } = [];

        public TimeSpan Slowest { get; set; }

        public long Most { get; set; }

        public long MostRefused { get; set; }
    }
}
