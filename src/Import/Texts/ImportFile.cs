using System.Runtime.CompilerServices;
using System.Text;
using Orleans.Mmu.Inputs;

namespace Orleans.Mmu.Import.Texts;

/// <summary>A file that says something of a real machine.</summary>
/// <param name="Name">The file's name, for messages and comments.</param>
/// <param name="Content">Its bytes, at most <see cref="MaxBytes"/>.</param>
public sealed record ImportFile(string Name, ReadOnlyMemory<byte> Content)
{
    /// <summary>The most bytes of a file, after decompression.</summary>
    public const int MaxBytes = 64 << 20;

    /// <summary>The most bytes of a line; kernels print lines of at most a few thousand.</summary>
    public const int MaxLineBytes = 64 << 10;

    /// <summary>
    /// The lines, decoded one at a time and without control sequences of a terminal. Bytes that are no UTF-8 become
    /// replacement characters: a boot log may contain what firmware printed.
    /// </summary>
    /// <exception cref="InputException">A line is too long, or the file is UTF-16.</exception>
    public IEnumerable<TextLine> Lines() =>
        RawLines().Select(l =>
            new TextLine(l.Number, TerminalText.Plain(Encoding.UTF8.GetString(l.Bytes.Span)).TrimEnd('\r')));

    private IEnumerable<(int Number, ReadOnlyMemory<byte> Bytes)> RawLines()
    {
        int at = Content.Length - Encoded().Length;
        for (int number = 1; at < Content.Length; number++)
        {
            int length = LengthOfLine(Content.Span[at..], number);
            yield return (number, Content.Slice(at, length));
            at += length + 1;
        }
    }

    /// <summary>
    /// The bytes behind a byte order mark, without control sequences of a terminal, for one pass over a large file.
    /// </summary>
    /// <exception cref="InputException">The file is UTF-16.</exception>
    public ReadOnlySpan<byte> Text() => TerminalText.Plain(Encoded());

    private ReadOnlySpan<byte> Encoded() => Content.Span switch
    {
        [0xff, 0xfe, ..] or [0xfe, 0xff, ..] => throw Error(1, "expected text in UTF-8, found UTF-16"),
        var all => all.StartsWith(Encoding.UTF8.Preamble) ? all[Encoding.UTF8.Preamble.Length..] : all,
    };

    /// <summary>The bytes of a text before its first line feed.</summary>
    /// <param name="number">The line's, for the error.</param>
    /// <exception cref="InputException">The line is too long.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int LengthOfLine(ReadOnlySpan<byte> rest, int number)
    {
        int end = rest.IndexOf((byte)'\n');
        int length = end < 0 ? rest.Length : end;
        return length <= MaxLineBytes ? length : throw TooLong(number);
    }

    private InputException TooLong(int number) =>
        Error(number, $"expected lines of at most {MaxLineBytes >> 10}K bytes, found a longer one");

    /// <summary>The first line that is not blank; an empty one where all are.</summary>
    public TextLine FirstLine => Lines().FirstOrDefault(l => !l.IsBlank, new(1, ""));

    /// <summary>A line of the file as the place of a value.</summary>
    public FilePlace At(int line) => new(Name, line);

    /// <summary>The error in a line of the file.</summary>
    public InputException Error(int line, string message) => new(Name, line, message);
}
