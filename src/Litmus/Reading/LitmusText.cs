using Orleans.Mmu.Inputs;

namespace Orleans.Mmu.Litmus.Reading;

/// <summary>
/// The text of a litmus test without comments, with a read position. It knows the line of every character.
/// </summary>
internal sealed class LitmusText
{
    /// <summary>The maximum length of a test in characters.</summary>
    public const int MaxLength = 1 << 18;

    private readonly string _text;
    private readonly string _file;

    /// <exception cref="InputException">The text is too long, or a comment does not end.</exception>
    public LitmusText(string file, string text)
    {
        _file = file;
        if (text.Length > MaxLength)
            throw new InputException(file, 1, $"expected at most {MaxLength} characters, found {text.Length}");
        _text = WithoutComments(text);
    }

    /// <summary>The position of the next character.</summary>
    public int At { get; set; }

    public bool IsAtEnd => At >= _text.Length;

    /// <summary>The next character; NUL at the end.</summary>
    public char Next => IsAtEnd ? '\0' : _text[At];

    public int Line => LineOf(At);

    public void SkipBlanks()
    {
        while (!IsAtEnd && char.IsWhiteSpace(_text[At]))
            At++;
    }

    /// <summary>Reads up to one of the given characters, or to the end.</summary>
    public string Until(ReadOnlySpan<char> ends)
    {
        int length = _text.AsSpan(At).IndexOfAny(ends);
        string found = length < 0 ? _text[At..] : _text.Substring(At, length);
        At += found.Length;
        return found;
    }

    /// <summary>Skips blanks and consumes the expected text if it comes next.</summary>
    public bool Take(string expected)
    {
        SkipBlanks();
        if (string.CompareOrdinal(_text, At, expected, 0, expected.Length) != 0)
            return false;
        At += expected.Length;
        return true;
    }

    /// <summary>Consumes the expected word if it comes next as a whole word.</summary>
    public bool TakeWord(string expected)
    {
        int before = At;
        if (Take(expected) && !IsOfWord(Next))
            return true;
        At = before;
        return false;
    }

    /// <summary>Reads a name or a number: letters, digits, underscores, dots. Empty where none comes next.</summary>
    public string Word()
    {
        SkipBlanks();
        int start = At;
        while (IsOfWord(Next))
            At++;
        return _text[start..At];
    }

    /// <summary>The text since a position, on one line with single blanks.</summary>
    public string Tidy(int start) =>
        string.Join(' ', _text[start..At].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    /// <summary>The text that comes next, for an error message.</summary>
    public string Found()
    {
        SkipBlanks();
        if (IsAtEnd)
            return "the end of the file";
        int end = At;
        while (end < _text.Length && end - At < 24 && _text[end] is not ('\n' or '\r' or ';' or '|'))
            end++;
        return end == At ? $"{_text[At]}" : _text[At..end].TrimEnd();
    }

    /// <summary>An error at the next character that is not blank.</summary>
    public InputException Expected(string what)
    {
        SkipBlanks();
        return new(_file, Line, $"expected {what}, found {Found()}");
    }

    public InputException Error(int line, string message) => new(_file, line, message);

    public int LineOf(int at) => 1 + _text.AsSpan(0, Math.Min(at, _text.Length)).Count('\n');

    private static bool IsOfWord(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or '.';

    // Comments nest. They are replaced by blanks, so that line numbers stay the same.
    private string WithoutComments(string text)
    {
        char[] kept = text.ToCharArray();
        int depth = 0;
        int start = 0;
        for (int i = 0; i < kept.Length; i++)
        {
            bool pair = i + 1 < kept.Length;
            if (pair && text[i] == '(' && text[i + 1] == '*')
            {
                if (depth++ == 0)
                    start = i;
                kept[i] = kept[++i] = ' ';
            }
            else if (depth > 0 && pair && text[i] == '*' && text[i + 1] == ')')
            {
                depth--;
                kept[i] = kept[++i] = ' ';
            }
            else if (depth > 0 && kept[i] != '\n')
            {
                kept[i] = ' ';
            }
        }

        if (depth > 0)
            throw new InputException(
                _file, 1 + text.AsSpan(0, start).Count('\n'),
                "expected the end of a comment, *), found the end of the file");
        return new(kept);
    }
}
