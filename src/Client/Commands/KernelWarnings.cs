using System.Globalization;
using System.Text.RegularExpressions;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Linux.Changes;

namespace Orleans.Mmu.Client.Commands;

/// <summary>
/// The kernel's warnings about a file of changes, as lines on standard error. Warnings that differ only in their
/// numbers are one line, which says how many more there were; lines come in the order of their first occurrence.
/// </summary>
/// <param name="file">The file of changes.</param>
internal sealed partial class KernelWarnings(string file)
{
    private readonly Dictionary<string, int> _indices = new(StringComparer.Ordinal);
    private readonly List<(MapChange First, string Text, long More)> _warnings = [];

    /// <summary>Receives a warning and the change that caused it.</summary>
    public void Add(MapChange change, string warning)
    {
        string kind = Numbers().Replace(warning, "#");
        if (_indices.TryGetValue(kind, out int index))
        {
            _warnings[index] = _warnings[index] with { More = _warnings[index].More + 1 };
            return;
        }

        _indices.Add(kind, _warnings.Count);
        _warnings.Add((change, warning, 0));
    }

    public void WriteTo(TextWriter output)
    {
        foreach (var (first, text, more) in _warnings)
        {
            string rest = more == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" (and {more:N0} more)");
            output.WriteLine(OneLine.Message($"{file}:{first.Line}: WARNING: {text}") + rest);
        }
    }

    [GeneratedRegex("0x[0-9a-f]+|[0-9]+")]
    private static partial Regex Numbers();
}
