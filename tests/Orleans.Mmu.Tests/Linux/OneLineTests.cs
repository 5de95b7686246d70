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
    public void Half_a_character_is_not_plain() => Assert.False(OneLine.IsPlain("a" + (char)0xd800));
}
