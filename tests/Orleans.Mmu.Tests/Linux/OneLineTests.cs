using Orleans.Mmu.Inputs;

namespace Orleans.Mmu.Tests.Linux;

/// <summary>Text from elsewhere, made safe for a terminal and a log.</summary>
public sealed class OneLineTests
{
    [Theory]
    [InlineData("as it is, ü and 機", "as it is, ü and 機")]
    [InlineData("a\r\nb\nc\u2028d", "a b c d")]
    [InlineData("\e[2J", "\\x1b[2J")]
    [InlineData("a\u202eb\u200fc\u0085d", "a\\u202eb\\u200fc d")]
    [InlineData("\U0001d173", "\\u1d173")]
    public void Nothing_without_a_shape_stays(string text, string line)
    {
        Assert.Equal(line, OneLine.Of(text));
        Assert.Equal(text == line, OneLine.IsPlain(text));
    }

    [Fact]
    public void A_long_message_keeps_its_file_its_line_and_its_end()
    {
        string rest = new('n', 500);

        string whole = OneLine.Message($"/a/m.json:7: name: {rest}, found 1");
        Assert.StartsWith("/a/m.json:7: name: nnn", whole, StringComparison.Ordinal);
        Assert.EndsWith("nnn, found 1", whole, StringComparison.Ordinal);
        Assert.Equal(OneLine.LongestMessage, whole.Length);

        string deep = OneLine.Message($"/{new string('d', 300)}/m.json:7: name: {rest}, found 1");
        Assert.StartsWith("…ddd", deep, StringComparison.Ordinal);
        Assert.Contains("ddd/m.json:7: name: nnn", deep, StringComparison.Ordinal);
        Assert.EndsWith("nnn, found 1", deep, StringComparison.Ordinal);
        Assert.Equal(OneLine.LongestMessage, deep.Length);

        Assert.Equal(
            $"…{new string('d', 82)}/m.json: expected a machine file, found a directory",
            OneLine.Message($"{new string('d', 300)}/m.json: expected a machine file, found a directory"));
    }

    [Fact]
    public void A_long_message_is_cut_between_words()
    {
        string whole = string.Join(", ", Enumerable.Range(0, 80).Select(i => $"word{i}"));
        string message = OneLine.Message($"m.json:7: expected {whole}, found 1");
        Assert.InRange(message.Length, 170, OneLine.LongestMessage);
        Assert.All(
            message.Split(' ')[2..^2], word => Assert.Matches("^(word[0-9]+,|…)$", word));
    }

    [Fact]
    public void A_character_of_two_halves_is_not_cut()
    {
        foreach (int start in Enumerable.Range(0, 4))
            Assert.True(OneLine.IsPlain(
                OneLine.Message(new string('a', start) + string.Concat(Enumerable.Repeat("😀", 400)))));
    }

    [Fact]
    public void Half_a_character_is_not_plain() => Assert.False(OneLine.IsPlain("a" + (char)0xd800));
}
