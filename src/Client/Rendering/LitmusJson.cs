using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Client.Results;

namespace Orleans.Mmu.Client.Rendering;

/// <summary>Results of litmus tests as one JSON array; a test that is refused has its reason.</summary>
internal static class LitmusJson
{
    public static string Render(IReadOnlyList<LitmusOutput> outputs) => JsonText.Array(json =>
    {
        foreach (var output in outputs)
        {
            json.WriteStartObject();
            if (output.Result is not { } result)
            {
                json.WriteString("file", output.File);
                json.WriteString("refused", output.Error);
                json.WriteEndObject();
                continue;
            }

            json.WriteString("name", result.Test.Name);
            json.WriteString("file", output.File);
            json.WriteString("observation", result.Observation);
            json.WriteNumber("positive", result.Positive);
            json.WriteNumber("negative", result.Negative);
            if (result.IsOk is { } isOk)
                json.WriteBoolean("ok", isOk);
            else
                json.WriteNull("ok");
            json.WriteBoolean("complete", result.IsComplete);
            JsonText.WriteLines(json, "states", result.States);
            JsonText.WriteLines(json, "flags", result.Flags);
            JsonText.WriteLines(json, "remarks", result.RestsOnOrder is { } pair ? [pair] : []);
            if (output.Expected is not null)
            {
                json.WriteBoolean("agrees", output.Agrees);
                json.WriteString("verdict", output.Verdict.Json());
            }

            json.WriteEndObject();
        }
    });
}
