using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using Orleans.Mmu.Import.Resources;
using Orleans.Mmu.Inputs;

namespace Orleans.Mmu.Import.Machines;

/// <summary>Writes a machine file with a comment at each field.</summary>
internal sealed class MachineFileText
{
    private const int Columns = 100;

    private readonly StringBuilder _text = new();

    public static string Of(MachineChoices machine)
    {
        var file = new MachineFileText();
        file.Write(machine);
        return file._text.ToString();
    }

    private void Write(MachineChoices machine)
    {
        Comment(0, "Made by mmu import. A comment says where the value below it comes from. What begins with "
            + "\"Assumed\" was in none of the files.");
        Line(0, "{");
        Line(2, $"\"name\": {Json(machine.Name)},");
        Line(2, "\"kernel\": {");
        Field(4, "version", Json(machine.Version.Value.ToString()), machine.Version.Comment);
        Field(4, "pageSize", Json(machine.PageSize.Value.ToString()), machine.PageSize.Comment);
        Field(4, "vaBits", machine.VaBits.Value.ToString(CultureInfo.InvariantCulture), machine.VaBits.Comment);
        Field(4, "commandLine", Json(machine.CommandLine.Value), machine.CommandLine.Comment);
        WriteConfig(machine);
        Field(4, "kaslr", machine.Kaslr.Value ? "true" : "false", machine.Kaslr.Comment);
        WriteOffset(machine);
        WriteImage(machine.Image);
        Line(2, "},");
        Comment(2, machine.Memory.Comment);
        WriteRanges("memory", machine.Memory.Value.Memory);
        Comment(2, "What the linear map leaves out.");
        WriteRanges("noMap", machine.Memory.Value.NoMap);
        WriteCpus(machine);
        Line(0, "}");
    }

    private void WriteConfig(MachineChoices machine)
    {
        var values = machine.Config.Values;
        Comment(4, values.Count > 0
            ? $"{string.Join("; ", machine.Config.Comments)}; a value that is not here is Debian's."
            : "config: Assumed: no file gives build-time values, so Debian's. To get it right: --config.");
        if (values.Count > 0)
            Line(4, $"\"config\": {{ {string.Join(", ", values.Select(v => $"{Json(v.Key)}: {v.Json}"))} }},");
    }

    private void WriteOffset(MachineChoices machine)
    {
        Comment(4, $"physicalOffset: {machine.PhysicalOffset.Comment}");
        if (machine.PhysicalOffset.Value is { } offset)
            Line(4, $"\"physicalOffset\": {Json(offset.ToString())},");
    }

    private void WriteImage(ImageChoice image)
    {
        Line(4, "\"image\": {");
        string? last = null;
        foreach (var (key, address) in image.Addresses)
        {
            if (address.Comment != last)
                Comment(6, address.Comment);
            last = address.Comment;
            Line(6, $"{Json(key)}: {Json(address.Value.ToString())}{(key == "end" ? "" : ",")}");
        }

        Line(4, "}");
    }

    private void WriteRanges(string key, IReadOnlyList<NamedRange> ranges)
    {
        if (ranges.Count == 0)
        {
            Line(2, $"{Json(key)}: [],");
            return;
        }

        Line(2, $"{Json(key)}: [");
        foreach (var range in ranges)
        {
            var (start, end) = (Json(range.Range.Start.ToString()), Json(range.Range.End.ToString()));
            Line(4, $"{{ \"start\": {start}, \"end\": {end} }}{Comma(range, ranges)}  // {OneLine.Of(range.Name)}, "
                + OneLine.Of(range.Place));
        }

        Line(2, "],");
    }

    private void WriteCpus(MachineChoices machine)
    {
        Comment(2, machine.Cpus.Comment);
        Line(2, "\"cpus\": [");
        foreach (var group in machine.Cpus.Value)
        {
            string count = group.Count == 1 ? "" : $", \"count\": {group.Count.ToString(CultureInfo.InvariantCulture)}";
            string features = string.Concat(
                group.Features.Select(f => $", {Json(f.Key)}: {(f.Value ? "true" : "false")}"));
            Line(4, $"{{ \"midr\": {Json(group.Midr.ToString())}{count}{features} }}{Comma(group, machine.Cpus.Value)}"
                + $"  // {OneLine.Of(group.Comment)}");
        }

        Line(2, "]");
    }

    private void Field(int indent, string key, string value, string comment)
    {
        Comment(indent, comment);
        Line(indent, $"\"{key}\": {value},");
    }

    private void Comment(int indent, string text)
    {
        var line = new StringBuilder();
        foreach (string word in OneLine.Of(text).Split(' '))
        {
            if (line.Length > 0 && indent + 3 + line.Length + 1 + word.Length > Columns)
            {
                Line(indent, $"// {line}");
                line.Clear();
            }

            line.Append(line.Length > 0 ? " " : "").Append(word);
        }

        Line(indent, $"// {line}");
    }

    private void Line(int indent, string text) => _text.Append(' ', indent).Append(text).Append('\n');

    private static string Comma<T>(T item, IReadOnlyList<T> list) where T : class =>
        ReferenceEquals(item, list[^1]) ? "" : ",";

    private static string Json(string text) =>
        $"\"{JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(text)}\"";
}
