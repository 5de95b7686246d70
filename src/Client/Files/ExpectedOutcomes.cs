using System.Collections.Immutable;
using System.Text.Json;
using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Inputs;

namespace Orleans.Mmu.Client.Files;

/// <summary>The outcome of a litmus test in another model.</summary>
internal sealed record ExpectedOutcome(ImmutableArray<string> States, ImmutableArray<string> Flags);

/// <summary>
/// Final states found by another model: a JSON object with a member for each test, named by its file, with or without
/// folders, whose members have flags, and noEts and ets2 with their states.
/// </summary>
internal sealed class ExpectedOutcomes
{
    private const int MaxBytes = 1 << 26;

    private readonly Dictionary<string, ExpectedOutcome> _outcomes;
    private readonly ILookup<string, string> _byName;

    private ExpectedOutcomes(Dictionary<string, ExpectedOutcome> outcomes)
    {
        _outcomes = outcomes;
        _byName = outcomes.Keys.ToLookup(k => k[(k.LastIndexOf('/') + 1)..], StringComparer.Ordinal);
    }

    /// <summary>
    /// What is expected of a file: of the members that name the end of its path the longest; else, where only one
    /// member has the file's name, that one. Null for none.
    /// </summary>
    public ExpectedOutcome? Of(string path)
    {
        string rest = Path.GetFullPath(path).Replace('\\', '/');
        for (; ; )
        {
            if (_outcomes.TryGetValue(rest, out var outcome))
                return outcome;
            int slash = rest.IndexOf('/', StringComparison.Ordinal);
            if (slash < 0)
                break;
            rest = rest[(slash + 1)..];
        }

        return _byName[rest].ToList() is [var only] ? _outcomes[only] : null;
    }

    /// <exception cref="UsageException">The file cannot be read.</exception>
    /// <exception cref="InputException">The file has another format.</exception>
    public static ExpectedOutcomes Read(string file, bool ets2)
    {
        string text = InputFile.ReadText(file, "a file of expected outcomes", MaxBytes);
        try
        {
            using var document = JsonDocument.Parse(text);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                throw new InputException(
                    file, 1, $"expected an object with a member for each test, found {document.RootElement.ValueKind}");
            var outcomes = new Dictionary<string, ExpectedOutcome>(StringComparer.Ordinal);
            foreach (var test in document.RootElement.EnumerateObject())
            {
                if (!outcomes.TryAdd(test.Name, One(file, test, ets2 ? "ets2" : "noEts")))
                    throw new InputException(file, 1, $"expected each test once, found {test.Name} twice");
            }

            return new(outcomes);
        }
        catch (JsonException e)
        {
            throw new InputException(
                file, (int)(e.LineNumber ?? 0) + 1, $"expected JSON, found something else: {e.Message}");
        }
    }

    private static ExpectedOutcome One(string file, JsonProperty test, string mode)
    {
        if (test.Value.ValueKind != JsonValueKind.Object || !test.Value.TryGetProperty(mode, out var of)
            || of.ValueKind != JsonValueKind.Object)
            throw new InputException(file, 1, $"expected {mode} of {test.Name}, found none");
        return new(Strings(file, test.Name, of, "states"), Strings(file, test.Name, test.Value, "flags"));
    }

    private static ImmutableArray<string> Strings(string file, string test, JsonElement owner, string name)
    {
        if (!owner.TryGetProperty(name, out var array) || array.ValueKind != JsonValueKind.Array
            || array.EnumerateArray().Any(e => e.ValueKind != JsonValueKind.String))
            throw new InputException(file, 1, $"expected {name} of {test}, an array of strings, found none");
        return [.. array.EnumerateArray().Select(e => e.GetString()!).Order(StringComparer.Ordinal)];
    }
}
