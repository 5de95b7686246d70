using System.Text.Json;
using Orleans.Mmu.Axioms.Model;
using Orleans.Mmu.Axioms.Programs;
using Orleans.Mmu.Axioms.Reading;
using Orleans.Mmu.Axioms.Search;

namespace Orleans.Mmu.Axioms.Comparison;

/// <summary>The oracle's states of one test beside those that Arm's model has.</summary>
internal sealed record PublicResult(
    string File, ModelMode Mode, string? NotExpressible, IReadOnlyList<string> Lost, IReadOnlyList<string> Added)
{
    public bool IsEqual => NotExpressible is null && Lost.Count == 0 && Added.Count == 0;
}

/// <summary>Compares the oracle with the states of public tests (arm.json of a folder of tests).</summary>
internal static class PublicStates
{
    /// <param name="folder">Tests, and a JSON file with their states.</param>
    /// <param name="states">That file's name.</param>
    /// <param name="inOrder">The states are those of CPUs that execute in order.</param>
    public static IEnumerable<PublicResult> Compare(
        string folder, string states, bool inOrder, Func<string, bool> include)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, states)));
        foreach (var test in document.RootElement.EnumerateObject().Where(test => include(test.Name)))
        {
            foreach (var (ets2, key) in new[] { (false, "noEts"), (true, "ets2") })
            {
                var mode = new ModelMode(ets2, inOrder);
                if (test.Value.TryGetProperty(key, out var expected))
                    yield return Compare(Path.Combine(folder, test.Name), mode, expected.GetProperty("states"));
            }
        }
    }

    private static PublicResult Compare(string file, ModelMode mode, JsonElement states)
    {
        try
        {
            var program = ProgramText.Read(File.ReadAllText(file));
            var expected = states.EnumerateArray().Select(state => StateText.Read(state.GetString()!))
                .ToHashSet(StringComparer.Ordinal);
            var found = Oracle.States(program, mode);
            return new PublicResult(
                file, mode, null, [.. expected.Except(found).Order(StringComparer.Ordinal)],
                [.. found.Except(expected).Order(StringComparer.Ordinal)]);
        }
        catch (NotExpressibleException exception)
        {
            return new PublicResult(file, mode, exception.Message, [], []);
        }
    }
}
