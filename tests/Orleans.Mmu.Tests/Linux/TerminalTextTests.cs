using System.Text;
using CsCheck;
using Orleans.Mmu.Inputs;

namespace Orleans.Mmu.Tests.Linux;

/// <summary>Control sequences of a terminal, as text readers take them out.</summary>
public sealed class TerminalTextTests
{
    [Theory]
    [InlineData("plain\n", "plain\n")]
    [InlineData("\u001b[01;31m\u001b[Kred\u001b[m\u001b[K", "red")]
    [InlineData("\u001b[38;5;9m256\u001b[38:2::1:2:3mtrue\u001b[0m", "256true")]
    [InlineData("\u001b]0;root@host: ~\u0007$ cat", "$ cat")]
    [InlineData("\u001b]8;;https://host/x\u001b\\a link\u001b]8;;\u001b\\", "a link")]
    [InlineData("\u001b[?2004h$ \u001b[?2004l\r\n", "$ \r\n")]
    [InlineData("\u001b(B\u001b)0\u001b=\u001b>\u001b7\u001bcx", "x")]
    [InlineData("\u001bP1$r0m\u001b\\x", "x")]
    [InlineData("a\u001b", "a\u001b")]
    [InlineData("a\u001b[31", "a\u001b[31")]
    [InlineData("a\u001b]0;no end\nb", "a\u001b]0;no end\nb")]
    public void Sequences_go_and_text_stays(string text, string plain)
    {
        Assert.Equal(plain, TerminalText.Plain(text));
        Assert.Equal(plain, Encoding.UTF8.GetString(TerminalText.Plain(Encoding.UTF8.GetBytes(text))));
    }

    [Fact]
    public void Bytes_and_letters_lose_the_same_and_lines_keep_their_numbers()
    {
        var part = Gen.OneOf(Gen.OneOf("\u001b", "[", "]", "\u0007", "31m", ";", "\n", "\\", "(", "B", "é"),
            Gen.String[Gen.Char[' ', '~'], 0, 5]);
        part.Array[0, 12].ForAll(parts =>
        {
            string text = string.Concat(parts);
            string plain = TerminalText.Plain(text);
            Assert.Equal(plain, Encoding.UTF8.GetString(TerminalText.Plain(Encoding.UTF8.GetBytes(text))));
            Assert.Equal(text.Count(l => l == '\n'), plain.Count(l => l == '\n'));
        }, iter: 3000);
    }
}
