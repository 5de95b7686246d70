using Orleans.Mmu.Linux.MachineFiles;
using static Orleans.Mmu.Tests.Linux.MachineFileRefusal;

namespace Orleans.Mmu.Tests.Linux;

/// <summary>Machine files that are no JSON, too long, or hold text that cannot be shown.</summary>
public sealed class MachineFileTextErrorTests
{
    [Theory]
    [InlineData("\"vaBits\": 48", "\"vaBits\": fortyeight", 6, "'fortyeight' in column 15")]
    [InlineData("\"cpus\"", "cpus", 15, "'cpus' in column 3")]
    [InlineData("\"name\": \"m\",", "\"name\": \"m\"", 3, "'\"' in column 3")]
    [InlineData("  ]\n}", "  ]\n} {", 19, "'{' in column 3")]
    [InlineData("  ]\n}", "  ]\n", 19, "the end of the text")]
    public void Text_that_is_not_json(string old, string replacement, int line, string found) => Assert.Equal(
        $"m.json:{line}: expected JSON, found {found}", Message(MachineText.With(old, replacement)));

    [Theory]
    [InlineData("", "expected JSON, found an empty file")]
    [InlineData(" \n", "expected JSON, found an empty file")]
    [InlineData("// nothing", "expected JSON, found the end of the text")]
    public void Nothing_at_all(string text, string message) =>
        Assert.StartsWith($"m.json:1: {message}", Message(text), StringComparison.Ordinal);

    [Theory]
    [InlineData("[]", "expected an object, found an array")]
    [InlineData("null", "expected an object, found null")]
    public void Not_an_object(string text, string message) => Assert.Equal($"m.json:1: {message}", Message(text));

    [Fact]
    public void Nesting_without_end() => Assert.Equal(
        "m.json:2: expected at most 16 objects and arrays inside one another, found more",
        Message(MachineText.With("\"m\"", new string('[', 10_000))));

    [Fact]
    public void Too_long() =>
        Assert.Equal("m.json:1: expected at most 4194304 characters, found 4194305",
            Message(new string(' ', MachineFile.MaxLength + 1)));

    [Fact]
    public void Too_long_in_bytes() =>
        Assert.Equal("m.json:1: expected at most 4194304 bytes of UTF-8, found 4194306",
            Message(new string('\u00fc', MachineFile.MaxLength / 2 + 1)));

    [Theory]
    [InlineData("a/b", "a/b")]
    [InlineData("a\\nb", "a b")]
    [InlineData("a\\u001b[31mb", "a\\x1b[31mb")]
    [InlineData("\\u202eb", "\\u202eb")]
    public void A_name_is_one_that_keys_and_terminals_can_show(string name, string shown) =>
        Fails("\"name\": \"m\"", $"\"name\": \"{name}\"", 2,
            $"name: expected a name without '/', control and format characters, found \"{shown}\"");

    [Theory]
    [InlineData("\\ud800")]
    [InlineData("\\udc00\\ud800")]
    public void Half_a_character(string escape) =>
        Assert.StartsWith("m.json:2: ", Message(MachineText.With("\"m\"", $"\"{escape}\"")), StringComparison.Ordinal);

    [Fact]
    public void Half_a_character_in_a_key() =>
        Assert.StartsWith("m.json:2: ", Message(MachineText.With("\"name\"", "\"\\ud800\"")), StringComparison.Ordinal);

    [Theory]
    [InlineData("\"name\"", "\"na\\nme\\u001b[31m\"")]
    [InlineData("\"7.3\"", "\"7.3\\r\\n\\u0007\"")]
    public void A_message_stays_one_line_of_plain_text(string old, string replacement) =>
        Assert.DoesNotContain(Message(MachineText.With(old, replacement)), char.IsControl);
}
