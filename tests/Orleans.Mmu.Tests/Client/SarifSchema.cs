using System.Text.Json;
using Json.Schema;

namespace Orleans.Mmu.Tests.Client;

/// <summary>The published schema of SARIF 2.1.0.</summary>
internal static class SarifSchema
{
    private static readonly JsonSchema Schema =
        JsonSchema.FromText(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "sarif-2.1.0.json")));

    /// <summary>Fails with each place of the log that the schema does not allow.</summary>
    public static void AssertFollowedBy(JsonElement log) => Assert.Empty(Objections(log));

    public static IReadOnlyList<string> Objections(JsonElement log)
    {
        var result = Schema.Evaluate(
            log, new EvaluationOptions { OutputFormat = OutputFormat.List, RequireFormatValidation = true });
        return result.IsValid ? []
            : [.. (result.Details ?? []).SelectMany(d => d.Errors ?? []).Select(e => $"{e.Key}: {e.Value}"), "invalid"];
    }
}
