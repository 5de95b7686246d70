using System.Globalization;
using System.Text.RegularExpressions;
using Orleans.Mmu.Client.Results;
using Orleans.Mmu.Client.Terminals;

namespace Orleans.Mmu.Client.Rendering;

/// <summary>How many litmus tests agree with another model, differ, or are refused, by what and why.</summary>
internal static partial class AgreementTable
{
    public static string Render(IReadOnlyList<LitmusOutput> outputs, TextStyle style)
    {
        var table = new TextTable("outcome", ">tests");
        foreach (var outcome in outputs.GroupBy(Outcome).OrderBy(g => g.Key.Order).ThenByDescending(g => g.Count())
            .ThenBy(g => g.Key.Words, StringComparer.Ordinal))
            table.AddRow(outcome.Key.Words, outcome.Count().ToString("N0", CultureInfo.InvariantCulture));
        return table.Render(style);
    }

    private static (int Order, string Words) Outcome(LitmusOutput output) => output switch
    {
        { Result: null } => (5, $"refused: {Feature(output.Error ?? "")}"),
        { Result.IsComplete: false } => (4, "cut by time or memory"),
        { Expected: null } => (3, "nothing is expected"),
        { Agrees: true } => (0, "equal"),
        _ => (1, (output.Missing.Any(), output.NotExpected.Any()) switch
        {
            (true, true) => "differs: states are missing, and others are not expected",
            (true, false) => "differs: states are missing",
            (false, true) => "differs: states are not expected",
            (false, false) => "differs: flags",
        }),
    };

    // An error names the feature that is not supported, where it is one.
    private static string Feature(string error) => Unsupported().Match(error) is { Success: true } feature
        ? feature.Groups["feature"].Value.Trim() : "not a test that can be read";

    [GeneratedRegex(
        @"\((?<feature>[^()]+(\([^()]*\))?)\)$|[:,](?<feature>[^:,]+) (is|are) not supported$",
        RegexOptions.ExplicitCapture)]
    private static partial Regex Unsupported();
}
