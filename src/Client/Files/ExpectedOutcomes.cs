using System.Collections.Immutable;
using System.Text.Json;
using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Inputs;

namespace Orleans.Mmu.Client.Files;

/// <summary>The outcome of a litmus test in another model.</summary>
internal sealed record ExpectedOutcome(ImmutableArray<string> States, ImmutableArray<string> Flags);

/// <summary>
/// Final states found by another model, by file name: a JSON object whose members have flags, and noEts and ets2 with
/// their states.
/// </summary>
internal static class ExpectedOutcomes
{
    private const int MaxBytes = 1 << 26;

    /// <exception cref="UsageException">The file cannot be read.</exception>
    /// <exception cref="InputException">The file has another format.</exception>
    public static IReadOnlyDictionary<string, ExpectedOutcome> Read(string file, bool ets2)
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

            return outcomes;
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
