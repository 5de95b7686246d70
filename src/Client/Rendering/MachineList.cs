using System.Text;
using System.Text.Json;
using Orleans.Mmu.Linux.MachineFiles;

namespace Orleans.Mmu.Client.Rendering;

/// <summary>The built-in machines, and a machine file without its comments.</summary>
internal static class MachineList
{
    /// <summary>A line for each machine: its name, and what it is.</summary>
    public static string Text()
    {
        var text = new StringBuilder();
        int width = BuiltInMachines.Names.Max(n => n.Length);
        foreach (string name in BuiltInMachines.Names)
            text.Append(name.PadRight(width)).Append("  ").Append(BuiltInMachines.Summary(name)).Append('\n');
        return text.ToString();
    }

    /// <summary>The same as an array of names and summaries.</summary>
    public static string Json() => JsonText.Array(json =>
    {
        foreach (string name in BuiltInMachines.Names)
        {
            json.WriteStartObject();
            json.WriteString("name", name);
            json.WriteString("summary", BuiltInMachines.Summary(name));
            json.WriteEndObject();
        }
    });

    /// <summary>A machine file as one JSON document, without its comments and trailing commas.</summary>
    public static string Strict(string machineFile)
    {
        using var document = JsonDocument.Parse(
            machineFile, new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
        return JsonText.Object(json =>
        {
            foreach (var member in document.RootElement.EnumerateObject())
                member.WriteTo(json);
        });
    }
}
