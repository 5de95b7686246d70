using Orleans.Mmu.Inputs;
using Orleans.Mmu.Linux.Protocols;

namespace Orleans.Mmu.Linux.ProtocolFiles;

/// <summary>
/// Reads a protocol file: header lines, then phases with their steps. The text is untrusted: its size is bounded here.
/// Steps are those of <see cref="Step.All"/>, so a new kind of step is read without a change.
/// </summary>
public sealed partial class ProtocolReader
{
    /// <summary>The maximum size of a file, in bytes and in characters.</summary>
    public const int MaxBytes = 64 << 10;

    private const int MaxLine = 400;
    private const int MaxPhases = 64;
    private const int MaxSteps = 256;
    private const int MaxPhaseName = 40;
    private const int MaxQuoted = 60;
    internal const string FlagName = "flag";

    private readonly string _source;
    private readonly Dictionary<string, (string Value, int Line)> _headers = [];
    private readonly List<ReadPhase> _phases = [];
    private readonly List<(Step Step, int Line, string Role)> _steps = [];
    private int _line;

    private ProtocolReader(string source) => _source = source;

    /// <param name="source">The file's name, for errors.</param>
    /// <exception cref="InputException">The text is no protocol.</exception>
    public static ProtocolFile Parse(string source, string text)
    {
        var reader = new ProtocolReader(source);
        if (text.Length > MaxBytes)
            throw reader.Error($"expected at most {MaxBytes} characters, found {text.Length}");
        // Editors and grep end a line at a line feed alone, so no other character ends a comment.
        foreach (var line in text.AsSpan().Split('\n'))
        {
            reader._line++;
            reader.ReadLine(text[line].AsSpan().TrimEnd('\r'));
        }

        return reader.File();
    }

    private void ReadLine(ReadOnlySpan<char> whole)
    {
        if (whole.Length > MaxLine)
            throw Error($"expected a line of at most {MaxLine} characters, found {whole.Length}");
        string text = whole.ToString().Replace('\t', ' ');
        if (OneLine.FirstOdd(text) is { } odd)
            throw Error($"expected text, found the character {odd}");
        string line = StepLine.WithoutComment(text).Trim();
        if (line.Length == 0)
            return;
        int space = line.IndexOf(' ', StringComparison.Ordinal);
        var (word, rest) = space < 0 ? (line, "") : (line[..space], line[space..].Trim());
        if (word == ProtocolRole.Phase)
            ReadPhaseLine(rest);
        else if (ProtocolHeader.Names.Contains(word))
            ReadHeader(word, rest);
        else if (_phases.Count > 0)
            ReadSteps(line);
        else if (StepLine.Read(line, out string? unknown) is { IsEmpty: false } && unknown is null)
            throw Error($"expected a phase before its steps, found {Quoted(line)}");
        else
            throw Error($"expected a header ({string.Join(", ", ProtocolHeader.Names)}) or a phase, found "
                + Quoted(word) + NearestName.Hint(word, [.. ProtocolHeader.Names, ProtocolRole.Phase]));
    }

    private void ReadHeader(string header, string value)
    {
        if (_phases.Count > 0)
            throw Error($"{header}: expected header lines before the first phase, found one in \"{_phases[^1].Name}\"");
        if (_headers.TryGetValue(header, out var earlier))
            throw Error($"{header}: expected it once, found it again after line {earlier.Line}");
        if (ProtocolHeader.WhatIsExpected(header, value) is { } expected)
            throw Error($"{header}: expected {expected}, found "
                + (value.Length > MaxQuoted ? $"{value.EnumerateRunes().Count()} characters" : Quoted(value)));
        _headers.Add(header, (value, _line));
    }

    private void ReadPhaseLine(string text)
    {
        CloseSteps();
        int comma = text.LastIndexOf(',');
        var (name, role) = comma < 0 ? (StepLine.Spaced(text), "")
            : (StepLine.Spaced(text[..comma]), StepLine.Spaced(text[(comma + 1)..]));
        if (name.Length is 0 or > MaxPhaseName || name.Contains(',', StringComparison.Ordinal))
            throw Error($"expected the phase's name, of at most {MaxPhaseName} characters without a comma, found "
                + Quoted(name));
        if (!ProtocolRole.Names.Contains(role))
            throw Error($"phase {name}: expected a comma and one of {string.Join(", ", ProtocolRole.Names)}, found "
                + (comma < 0 ? "no role" : Quoted(role) + NearestName.Hint(role, ProtocolRole.Names)));
        bool isOutsider = role == ProtocolRole.Outsider;
        if (_phases.Find(p => p.Name == name && (p.Role == ProtocolRole.Outsider) == isOutsider) is { } same)
            throw Error($"expected a name that no earlier phase has, found \"{name}\" again after line {same.Line}");
        if (_phases.Count == MaxPhases)
            throw Error($"expected at most {MaxPhases} phases, found more");
        _phases.Add(new(name, role, _line));
    }

    private void ReadSteps(string line)
    {
        var phase = _phases[^1];
        var steps = StepLine.Read(line, out string? unknown);
        foreach (var step in steps)
        {
            if (!ProtocolRole.May(phase.Role, step))
            {
                string others = string.Join(" and ", ProtocolRole.Names.Where(n => ProtocolRole.May(n, step)));
                string who = phase.Role == ProtocolRole.Handler ? "a CPU that takes an interrupt" : phase.Role;
                throw Error($"expected a step that {who} may perform, found \"{step}\", which is for {others}");
            }
        }

        if (unknown is not null && Words.ReservedIn(unknown) is { } reserved && reserved != FlagName)
            throw Error($"expected a word's name that has no other meaning, found \"{reserved}\""
                + (WordName.StepWith(reserved) is { } step ? $", a part of \"{step}\"" : ""));
        if (unknown is not null && StepValues.Wrong(unknown) is { } wrong)
            throw Error($"expected {wrong.Expected}, found {Quoted(wrong.Found)}");
        if (unknown is not null)
            throw Error($"expected a step, found {Quoted(unknown)}"
                + NearestName.Hint(unknown, Step.All.Select(s => s.Text)));
        phase.Steps.AddRange(steps);
        _steps.AddRange(steps.Select(s => (s, _line, phase.Role)));
        RefuseTooManyNames();
        if (_steps.Count > MaxSteps)
            throw Error($"expected at most {MaxSteps} steps, found more");
    }

    private void RefuseTooManyNames()
    {
        int words = _steps.Select(s => WordName.In(s.Step)).OfType<string>().Distinct().Count();
        if (words > WordName.MaxWords)
            throw Error($"expected at most {WordName.MaxWords} words beside the flag, found more");
        int locks = _steps.Select(s => s.Step).OfType<TableLock>().Select(s => s.Name).Distinct().Count();
        if (locks > WordName.MaxLocks)
            throw Error($"expected at most {WordName.MaxLocks} locks beside {AllocatorLock.Name}, found more");
    }

    private string Value(string header) => _headers[header].Value;

    private InputException Error(string message) => new(_source, Math.Max(1, _line), message);

    private static string Quoted(string text) =>
        text.Length == 0 ? "nothing" : $"\"{(text.Length > MaxQuoted ? text[..MaxQuoted] + "…" : text)}\"";

    private sealed record ReadPhase(string Name, string Role, int Line)
    {
        public List<Step> Steps { get; } = [];

        public Phase ToPhase() => new(Name, ProtocolRole.Of(Role), [.. Steps]);
    }
}
