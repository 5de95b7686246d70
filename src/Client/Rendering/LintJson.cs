using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Traces.Lint;

namespace Orleans.Mmu.Client.Rendering;

/// <summary>The verdict on a trace as a JSON document.</summary>
internal static class LintJson
{
    public static string Render(LintResult result) => JsonText.Object(json =>
    {
        json.WriteString("verdict", VerdictWords.Of(result.Violation is not null).OfTrace());
        json.WriteString("reason", result.Violation?.Reason);
        if (result.Violation is { } violation)
        {
            json.WriteNumber("event", violation.Event);
            json.WriteNumber("cpu", violation.Cpu);
            json.WriteNumber("line", violation.Line);
        }
        else
        {
            json.WriteNull("event");
            json.WriteNull("cpu");
            json.WriteNull("line");
        }

        json.WriteStartArray("groups");
        foreach (var group in result.Groups)
        {
            json.WriteStartObject();
            json.WriteString("reason", group.Reason);
            json.WriteString("where", group.Where);
            json.WriteNumber("count", group.Count);
            json.WriteNumber("event", group.First.Event);
            json.WriteNumber("cpu", group.First.Cpu);
            json.WriteNumber("line", group.First.Line);
            json.WriteString("first", group.First.Reason);
            if (group.Witness is { } witness)
                WriteWitness(witness);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteNumber("events", result.Events);
        json.WriteNumber("mayAbort", result.MayAbort);
        json.WriteString("casemate", result.Casemate);
        WriteClauses("assumed", result.Assumed);
        WriteClauses("notes", result.Notes);

        void WriteWitness(LintWitness witness)
        {
            json.WriteStartObject("witness");
            json.WriteNumber("cpu", witness.Cpu);
            json.WriteString("notShown", witness.NotShown);
            json.WriteStartArray("steps");
            foreach (var step in witness.Steps)
            {
                json.WriteStartObject();
                json.WriteString("kind", step.Kind.ToString().ToLowerInvariant());
                if (step.Event is { } happened)
                    json.WriteNumber("event", happened);
                else
                    json.WriteNull("event");
                json.WriteNumber("cpu", step.Cpu);
                json.WriteString("text", step.Text);
                json.WriteStartArray("holds");
                foreach (string entry in step.Holds)
                    json.WriteStringValue(entry);
                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        void WriteClauses(string name, IReadOnlyList<string> clauses)
        {
            json.WriteStartArray(name);
            foreach (string clause in clauses)
                json.WriteStringValue(clause);
            json.WriteEndArray();
        }
    });
}
