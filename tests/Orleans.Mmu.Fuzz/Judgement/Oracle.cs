using System.Globalization;
using System.Text.Json;
using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Fuzz.Cases;
using Orleans.Mmu.Inputs;

namespace Orleans.Mmu.Fuzz.Judgement;

/// <summary>What must be true of every run, whatever its input.</summary>
internal static class Oracle
{
    private const int LongestError = 400;
    private const int MostLines = 40;

    // Of a longer name, an error shows the end.
    private const int LongestName = 40;

    // What it costs to parse a command line and to begin a verb, and what a reader may keep of each byte before it
    // refuses its input.
    private const long RefusalBytes = 96L << 20;
    private const long RefusalBytesPerInputByte = 512;

    private static readonly string[] Help = ["--help", "-h", "-?", "/h", "/?", "--version"];

    /// <summary>One line for each thing that is wrong.</summary>
    /// <param name="arguments">The command line, with the names of the case's files as mmu saw them.</param>
    public static IEnumerable<string> Faults(FuzzCase tried, IReadOnlyList<string> arguments, CommandRun run)
    {
        bool isRemote = arguments.Any(a => a.StartsWith("--silo", StringComparison.Ordinal));
        if (run.Code is not (ExitCode.Done or ExitCode.BadInput or ExitCode.Violated or ExitCode.NotDecided)
            && !(run.Code == ExitCode.TryAgain && isRemote))
            yield return Line($"exit code {run.Code}");
        foreach (string text in (string[])["internal error", "   at ", "Exception:"])
        {
            if (run.Error.Contains(text, StringComparison.Ordinal))
                yield return $"standard error has \"{text}\"";
        }

        string[] lines = run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (lines.Length > MostLines)
            yield return Line($"{lines.Length} lines of standard error");
        if (lines.FirstOrDefault(l => l.Length >= LongestError) is { } longest)
            yield return Line($"a line of {longest.Length} characters on standard error");
        if (run.Error.Any(c => char.IsControl(c) && c != '\n'))
            yield return "a control character on standard error";
        if (run.Code == ExitCode.BadInput)
        {
            foreach (string fault in FaultsOfARefusal(tried, arguments, lines, run))
                yield return fault;
        }

        if (run.Code is ExitCode.Done or ExitCode.Violated or ExitCode.NotDecided && IsJson(arguments)
            && WhyNoDocument(run.Out) is { } why)
            yield return $"standard output is not one JSON document: {why}";
    }

    private static IEnumerable<string> FaultsOfARefusal(
        FuzzCase tried, IReadOnlyList<string> arguments, string[] lines, CommandRun run)
    {
        string[] errors = [.. lines.Where(l => !IsWarning(l))];
        // A batch of litmus tests has a line for each that cannot be read.
        if (errors.Length == 0 || errors.Length > (tried.Verb == "litmus" ? arguments.Count : 1))
            yield return Line($"{errors.Length} lines of error");
        if (!errors.All(e => NamesInput(arguments, e)))
            yield return "the error names neither a file nor an option nor the verb";
        long most = RefusalBytes + RefusalBytesPerInputByte * tried.Bytes;
        // An answer that is printed before the error, as that of a boot whose trace is too long, took work.
        if (run.Allocated > most && run.Out.Length == 0)
            yield return Line($"{run.Allocated >> 20:N0} MiB allocated for a refused input of {tried.Bytes:N0} bytes");
    }

    // Warnings and the key of a boot come before the error.
    private static bool IsWarning(string line) =>
        line.StartsWith("warning: ", StringComparison.Ordinal) || line.StartsWith("boots as ", StringComparison.Ordinal)
        || line.Contains(": warning: ", StringComparison.OrdinalIgnoreCase);

    // An error of the command line says what was expected there, and how to find out more.
    private static bool NamesInput(IReadOnlyList<string> arguments, string error) =>
        error.StartsWith("--", StringComparison.Ordinal) || error.Contains(" --help", StringComparison.Ordinal)
        || error.StartsWith("expected ", StringComparison.Ordinal)
        || WordsOf(arguments).Any(a => a.Length > 0 && error.StartsWith(OneLine.Of(a), StringComparison.Ordinal))
        || WordsOf(arguments).Any(a => OneLine.Of(Path.GetFileName(a)) is { Length: > 0 } name
            && error.Contains(name.Length > LongestName ? name[^LongestName..] : name, StringComparison.Ordinal));

    // What stands behind the = of an option may be taken for a file's name where the option has no value.
    private static IEnumerable<string> WordsOf(IReadOnlyList<string> arguments) => arguments.Concat(
        from argument in arguments
        where argument.StartsWith('-') && argument.Contains('=')
        select argument[(argument.IndexOf('=') + 1)..]);

    private static bool IsJson(IReadOnlyList<string> arguments) =>
        ((arguments.Contains("--json") && Value(arguments, "--json")?.ToUpperInvariant() != "FALSE")
            || Value(arguments, "--format") == "json") && !arguments.Any(Help.Contains)
        && arguments is not ["help", ..];

    private static string? Value(IReadOnlyList<string> arguments, string option) =>
        Enumerable.Range(1, Math.Max(arguments.Count - 1, 0)).Where(i => arguments[i - 1] == option)
            .Select(i => arguments[i]).LastOrDefault();

    private static string? WhyNoDocument(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return null;
        }
        catch (JsonException e)
        {
            return e.Message;
        }
    }

    private static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
