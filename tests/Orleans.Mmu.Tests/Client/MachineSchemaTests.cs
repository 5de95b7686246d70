using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Linux.Kernels;
using Orleans.Mmu.Linux.MachineFiles;
using Orleans.Mmu.Tests.Linux;

namespace Orleans.Mmu.Tests.Client;

/// <summary>The schema that ships with the program says what the program reads.</summary>
public sealed class MachineSchemaTests
{
    private static readonly JsonDocumentOptions Lenient = new()
    {
        AllowTrailingCommas = true,
        CommentHandling = JsonCommentHandling.Skip,
    };
    private static readonly JsonNode Schema =
        JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "machine.schema.json")))!;

    public static TheoryData<string> Machines => [.. BuiltInMachines.Names];

    [Theory]
    [MemberData(nameof(Machines))]
    public void Built_in_machines_follow_it(string name) => Assert.Null(Objection(BuiltInMachines.Find(name)!));

    [Theory]
    [InlineData("\"name\": \"m\"", "\"name\": \"m\", \"x\": 1", "/properties")]
    [InlineData("\"vaBits\": 48", "\"x\": 1, \"vaBits\": 48", "/properties/kernel/properties")]
    [InlineData("\"stext\"", "\"x\": 1, \"stext\"", "/properties/kernel/properties/image/properties")]
    [InlineData("\"commandLine\": \"\"", "\"config\": { \"x\": 1 }", "/properties/kernel/properties/config/properties")]
    [InlineData("\"end\": \"0x140000000\"", "\"x\": 1", "/$defs/range/properties")]
    [InlineData("\"count\": 3", "\"x\": 1", "/$defs/cpu/properties")]
    public void Its_keys_are_the_ones_that_are_read(string old, string replacement, string path)
    {
        string text = MachineText.With(old, replacement);
        string error = Assert.Throws<InputException>(() => MachineFile.Parse(MachineText.File, text)).Message;
        string read = error[(error.IndexOf("expected ", StringComparison.Ordinal) + "expected ".Length)..];
        var node = path.Split('/', StringSplitOptions.RemoveEmptyEntries).Aggregate(Schema, (at, key) => at[key]!);
        Assert.Equal(read.Split(", "), node.AsObject().Select(p => p.Key));
        Assert.NotNull(Objection(text));
        Assert.All(node.AsObject(), p => Assert.NotNull(p.Value!["description"]));
    }

    [Theory]
    [InlineData("6.18.15+deb13-arm64")]
    [InlineData("v7.3")]
    [InlineData("6.12-rc1")]
    [InlineData("6.19.0")]
    public void Both_take_what_uname_prints(string version)
    {
        string text = MachineText.With("\"7.3\"", $"\"{version}\"");
        Assert.NotNull(MachineFile.Parse(MachineText.File, text));
        Assert.Null(Objection(text));
    }

    [Fact]
    public void Its_bugs_are_the_ones_that_are_known() =>
        Assert.Equal(KernelBug.All.Select(b => b.Name), Schema["$defs"]!["bug"]!["enum"]!.AsArray()
            .Select(b => b!.GetValue<string>()));

    [Theory]
    [InlineData("7.3", "5.4")]
    [InlineData("\"4K\"", "\"8K\"")]
    [InlineData("\"vaBits\": 48", "\"vaBits\": 40")]
    [InlineData("0x40200000", "0x140000000000000")]
    [InlineData("0x410fd842", "0x0")]
    [InlineData("\"count\": 3", "\"count\": 0")]
    [InlineData("\"count\": 3", "\"bbm\": 4")]
    [InlineData("\"count\": 3", "\"tlb\": \"12\"")]
    [InlineData("\"count\": 3", "\"late\": 1")]
    [InlineData("\"end\": \"0x140000000\"", "\"end\": 1, \"size\": \"4G\"")]
    [InlineData("\"name\": \"m\"", "\"name\": \"\"")]
    public void Both_refuse(string old, string replacement)
    {
        string text = MachineText.With(old, replacement);
        Assert.Throws<InputException>(() => MachineFile.Parse(MachineText.File, text));
        Assert.NotNull(Objection(text));
    }

    private static string? Objection(string machine) =>
        Objection(JsonNode.Parse(machine, documentOptions: Lenient), Schema, "");

    // The part of JSON Schema that the file uses; an unknown keyword is an objection, so that it cannot use more.
    private static string? Objection(JsonNode? value, JsonNode schema, string path) => schema.AsObject()
        .Select(rule => Holds(rule.Key, rule.Value!, value, path))
        .FirstOrDefault(objection => objection is not null);

    private static string? Holds(string keyword, JsonNode rule, JsonNode? value, string path)
    {
        string? If(bool broken) => broken ? $"{path}: {keyword}" : null;
        double? number = value?.GetValueKind() == JsonValueKind.Number ? value.GetValue<double>() : null;
        string? text = value?.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null;
        return keyword switch
        {
            "$schema" or "$defs" or "title" or "description" or "default" or "additionalProperties" => null,
            "$ref" => Objection(value, Schema["$defs"]![rule.GetValue<string>().Split('/')[^1]]!, path),
            "type" => If(!(rule is JsonArray types ? types.Select(t => t!.GetValue<string>())
                : [rule.GetValue<string>()]).Any(t => t == Type(value))),
            "enum" => If(!rule.AsArray().Any(allowed => JsonNode.DeepEquals(allowed, value))),
            "pattern" => If(text is not null && !Regex.IsMatch(text, rule.GetValue<string>())),
            "minimum" => If(number < rule.GetValue<double>()),
            "maximum" => If(number > rule.GetValue<double>()),
            "minLength" => If(text?.Length < rule.GetValue<int>()),
            "maxLength" => If(text?.Length > rule.GetValue<int>()),
            "minItems" => If((value as JsonArray)?.Count < rule.GetValue<int>()),
            "maxItems" => If((value as JsonArray)?.Count > rule.GetValue<int>()),
            "required" =>
                If(value is JsonObject o && rule.AsArray().Any(key => !o.ContainsKey(key!.GetValue<string>()))),
            "oneOf" => If(rule.AsArray().Count(option => Objection(value, option!, path) is null) != 1),
            "items" => (value as JsonArray)?.Select((item, i) => Objection(item, rule, $"{path}[{i}]"))
                .FirstOrDefault(e => e is not null),
            "properties" => (value as JsonObject)?
                .Select(p => rule[p.Key] is { } below ? Objection(p.Value, below, $"{path}.{p.Key}")
                : $"{path}.{p.Key}: unknown key")
                .FirstOrDefault(e => e is not null),
            _ => $"{path}: the test does not know {keyword}",
        };
    }

    private static string Type(JsonNode? value) => value?.GetValueKind() switch
    {
        JsonValueKind.Object => "object",
        JsonValueKind.Array => "array",
        JsonValueKind.String => "string",
        JsonValueKind.Number => "integer",
        JsonValueKind.True or JsonValueKind.False => "boolean",
        _ => "null",
    };
}
