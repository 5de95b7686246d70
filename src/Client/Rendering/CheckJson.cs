using System.Text.Json;
using Orleans.Mmu.Arm.Invalidation;
using Orleans.Mmu.Checking.Checks;
using Orleans.Mmu.Checking.Protocols;
using Orleans.Mmu.Checking.References;
using Orleans.Mmu.Checking.Scripts;
using Orleans.Mmu.Checking.Toy;
using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Verdicts.Checks;
using Orleans.Mmu.Verdicts.Counterexamples;

namespace Orleans.Mmu.Client.Rendering;

/// <summary>A check as JSON with stable names. A counterexample in it can be replayed.</summary>
internal static class CheckJson
{
    /// <summary>--list: every protocol; origin and map are null for a reference system.</summary>
    public static string List() => JsonText.Array(json =>
    {
        foreach (var (name, summary, origin, map) in CheckedProtocols.All
            .Select(p => (p.Name, p.Protocol.Summary, (string?)p.Protocol.Origin, (string?)p.Scene.Name))
            .Concat(ReferenceCheck.All.Select(r => (r.Name, r.Summary, (string?)null, (string?)null))))
        {
            json.WriteStartObject();
            json.WriteString("name", name);
            json.WriteString("summary", summary);
            json.WriteString("origin", origin);
            json.WriteString("map", map);
            json.WriteEndObject();
        }
    });

    public static string Render(CheckReport report, MutantMatrix? matrix = null) => JsonText.Object(json =>
    {
        json.WriteString("protocol", report.Protocol);
        if (report.Cpus is { } cpus)
            json.WriteNumber("cpus", cpus);
        else
            json.WriteString("cpus", "any");
        json.WriteString("verdict", VerdictWords.Of(report.Verdict).Json());
        json.WriteString("property", report.Property?.Name);
        json.WriteBoolean("exact", true);
        json.WriteBoolean("symmetry", report.Symmetry);
        json.WriteNumber("states", report.States);
        json.WriteNumber("transitions", report.Transitions);
        json.WriteNumber("seconds", Math.Round(report.Seconds, 3));
        json.WriteNumber("memoryBytes", report.MemoryBytes);
        json.WriteStartArray("levels");
        foreach (var level in report.Levels)
            json.WriteNumberValue((int)level);
        json.WriteEndArray();
        if (report.RepeatsTlbi)
            json.WriteString("erratum", RepeatedTlbi.Name);
        if (report.Counterexample is { } counterexample)
            Write(json, report, counterexample);
        else
            json.WriteNull("counterexample");
        json.WriteStartArray("notes");
        foreach (var note in report.Notes)
        {
            json.WriteStartObject();
            json.WriteString("property", note.Property);
            json.WriteString("message", note.Message);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (matrix is not null)
            Write(json, matrix);
    });

    private static void Write(Utf8JsonWriter json, CheckReport report, Counterexample counterexample)
    {
        json.WriteStartArray("counterexample");
        foreach (var happened in counterexample.Events)
            Write(json, happened);
        json.WriteEndArray();
        if (counterexample.Cpu is { } cpu)
            json.WriteNumber("violatingCpu", cpu);
        json.WriteString("message", counterexample.Message);
        JsonText.WriteLines(json, "explanation", counterexample.Explanation);
        if (report.IsOnToyMachine)
        {
            json.WriteString("machineFile", ToyMachine.Of(report.Levels).Text);
            if (report.ProtocolFile is { } file)
                json.WriteString("protocolFile", file);
        }
    }

    private static void Write(Utf8JsonWriter json, CounterexampleEvent happened)
    {
        json.WriteStartObject();
        json.WriteNumber("cpu", happened.Cpu);
        json.WriteString("kind", happened.Kind.ToString().ToLowerInvariant());
        json.WriteString("action", happened.Action);
        json.WriteString("rule", happened.Rule);
        if (happened.Step is { } step)
            json.WriteString("step", step);
        if (happened.StepCode is { } code)
            json.WriteString("code", code);
        if (happened.Store is { } store)
        {
            json.WriteString("word", store.Word);
            json.WriteString("content", store.Content);
            json.WriteString("value", (happened.Value ?? default).ToString());
        }

        if (happened.Address is { } va)
            json.WriteString("address", va.ToString());
        if (happened.FromCache)
            json.WriteBoolean("fromCache", true);
        json.WriteStartArray("lanes");
        foreach (var lane in happened.Lanes)
        {
            json.WriteStartObject();
            json.WriteNumber("cpu", lane.Cpu);
            json.WriteString("next", lane.Next);
            json.WriteString("runs", lane.Runs);
            json.WriteString("ttbr1", lane.Ttbr1);
            JsonText.WriteLines(json, "tlb", lane.Tlb);
            JsonText.WriteLines(json, "pending", lane.Pending);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, MutantMatrix matrix)
    {
        json.WriteStartArray("mutants");
        foreach (var verdict in matrix.Mutants)
        {
            var mutant = verdict.Mutant;
            json.WriteStartObject();
            json.WriteString("step", mutant.Step);
            json.WriteString("role", Name(mutant.Program));
            json.WriteString("verdict", VerdictWords.Of(verdict.Report.Verdict).Json());
            json.WriteString("property", verdict.Report.Property?.Name);
            if (verdict.Length is { } length)
                json.WriteNumber("length", length);
            else
                json.WriteNull("length");
            json.WriteString("mutation", mutant.Mutation.ToString().ToLowerInvariant());
            json.WriteString("phase", mutant.Phase);
            json.WriteNumber("position", mutant.Position);
            JsonText.WriteLines(json, "properties", verdict.Report.Violated.Select(v => v.Property.Name));
            JsonText.WriteLines(json, "notes", verdict.Report.Notes.Select(n => n.Property));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("pairs");
        foreach (var pair in matrix.Pairs)
        {
            json.WriteStartObject();
            json.WriteString("first", pair.A.Name);
            json.WriteString("second", pair.B.Name);
            json.WriteString("property", pair.Report.Property?.Name);
            json.WriteNumber("length", pair.Report.Counterexample!.Length);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static string Name(CpuProgram program) => program switch
    {
        CpuProgram.BootCpu => "bootCpu",
        CpuProgram.Secondaries => "secondaries",
        CpuProgram.CpuOne => "cpu1",
        CpuProgram.Handler => "handler",
        _ => throw new ArgumentOutOfRangeException(nameof(program), program, "no such program"),
    };
}
