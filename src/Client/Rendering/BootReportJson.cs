using System.Globalization;
using System.Text.Json;
using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Interfaces.Cpus;
using Orleans.Mmu.Interfaces.Machines;
using Orleans.Mmu.Interfaces.Reports;

namespace Orleans.Mmu.Client.Rendering;

/// <summary>A boot report as one JSON document for other programs.</summary>
internal static class BootReportJson
{
    /// <summary>The document, ending in a line break.</summary>
    /// <param name="key">The machine's key on its cluster; null where it has ended with this process.</param>
    public static string Render(BootReport report, string? key = null) =>
        JsonText.Object(json => Write(json, report, key));

    /// <summary>The members of the document.</summary>
    /// <inheritdoc cref="Render"/>
    public static void Write(Utf8JsonWriter json, BootReport report, string? key)
    {
        json.WriteString("machine", report.Machine);
        if (key is not null)
            json.WriteString("key", key);
        json.WriteString("verdict", VerdictWords.Of(!report.Violations.IsEmpty).Json());
        json.WriteString("mode", report.Mode);
        json.WriteString("why", report.Why);
        WriteIsolation(json, report.Isolation);
        json.WriteString("protocol", report.Protocol);
        json.WriteNumber("seed", report.Seed);
        json.WriteString("outcome", CamelCase(report.Outcome.ToString()));
        json.WriteStartObject("capabilities");
        json.WriteBoolean("bbml2NoAbort", report.SystemSplitsLive);
        json.WriteEndObject();
        WriteCpus(json, report);
        json.WriteStartObject("linearMap");
        JsonText.WriteCensus(json, report.After.Leaves, report.After.Tables, report.After.TableBytes);
        json.WriteStartObject("before");
        JsonText.WriteCensus(json, report.Before.Leaves, report.Before.Tables, report.Before.TableBytes);
        json.WriteEndObject();
        json.WriteEndObject();
        WriteStopMachine(json, report.Repaint);
        WriteRepaint(json, report.Repaint);
        // Host time; all else follows from the machine and the seed.
        json.WriteNumber("simulatedMilliseconds", report.SimulatedMilliseconds);
        ViolationsJson.Write(json, report.Violations);
        JsonText.WriteLines(json, "log", report.Log);
    }

    private static void WriteIsolation(Utf8JsonWriter json, IsolationReport? isolation)
    {
        if (isolation is null)
        {
            json.WriteNull("kpti");
            return;
        }

        JsonText.WriteIsolation(json, isolation.NotGlobal, isolation.Rewritten > 0, isolation.Why);
    }

    private static void WriteCpus(Utf8JsonWriter json, BootReport report)
    {
        json.WriteStartArray("cpus");
        foreach (var cpu in report.Cpus)
        {
            json.WriteStartObject();
            json.WriteNumber("id", cpu.Id);
            json.WriteString("midr", string.Create(CultureInfo.InvariantCulture, $"0x{cpu.Midr:x8}"));
            json.WriteString("core", cpu.Core);
            json.WriteNumber("bbmLevel", cpu.BbmLevel);
            json.WriteBoolean("bbmAssumed", cpu.BbmIsAssumed);
            json.WriteBoolean("bbml2NoAbort", cpu.SplitsLive);
            json.WriteString("state", cpu.State.Word());
            json.WriteString("ttbr1", cpu.Ttbr1);
            json.WriteNumber("tlbEntries", cpu.TlbEntries);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    // null if stop_machine() did not run: nothing was repainted, or the protocol stops no CPU.
    private static void WriteStopMachine(Utf8JsonWriter json, RepaintReport? repaint)
    {
        if (repaint is not { Stopped: true })
        {
            json.WriteNull("stopMachine");
            return;
        }

        json.WriteStartObject("stopMachine");
        WriteWork(json, repaint);
        json.WriteEndObject();
    }

    private static void WriteRepaint(Utf8JsonWriter json, RepaintReport? repaint)
    {
        if (repaint is null)
        {
            json.WriteNull("repaint");
            return;
        }

        json.WriteStartObject("repaint");
        WriteWork(json, repaint);
        json.WriteBoolean("stopped", repaint.Stopped);
        json.WriteNumber("epoch", repaint.Epoch);
        json.WriteEndObject();
    }

    private static void WriteWork(Utf8JsonWriter json, RepaintReport repaint)
    {
        json.WriteNumber("parked", repaint.Parked);
        json.WriteNumber("splitBlocks", repaint.SplitBlocks);
        json.WriteNumber("microseconds", repaint.Duration.Microseconds);
    }

    /// <summary>A name of an enum's member as JSON has it.</summary>
    public static string CamelCase(string name) => char.ToLowerInvariant(name[0]) + name[1..];
}
