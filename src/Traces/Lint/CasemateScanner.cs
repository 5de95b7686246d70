using System.Runtime.CompilerServices;
using Orleans.Mmu.Inputs;

namespace Orleans.Mmu.Traces.Lint;

/// <summary>
/// The words of one line of a casemate trace, in order: names, numbers, texts and parentheses. Reading one costs no
/// allocation. A run spends much of its time here, so what each event asks for is compiled with all optimizations at
/// once: most traces are read before the runtime would compile it again.
/// </summary>
internal ref struct CasemateScanner(string file, int number, ReadOnlySpan<byte> line)
{
    private readonly ReadOnlySpan<byte> _line = line;
    private int _at;

    public readonly ReadOnlySpan<byte> Line => _line;

    /// <summary>The byte to read next; 0 at the end of the line.</summary>
    public readonly byte Next => _at < _line.Length ? _line[_at] : (byte)0;

    public readonly bool IsAtEnd => _at >= _line.Length;

    /// <summary>Everything from <see cref="Next"/> on.</summary>
    public readonly ReadOnlySpan<byte> Rest => _line[_at..];

    public void Advance() => _at++;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public ulong Decimal()
    {
        var word = Word();
        ulong value = 0;
        foreach (byte b in word)
        {
            if (b is < (byte)'0' or > (byte)'9' || word.Length > 18)
                throw Expected("a decimal number", word);
            value = value * 10 + (ulong)(b - '0');
        }

        return value;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public ulong Hexadecimal()
    {
        var word = Word();
        var digits = word.Length > 2 && word[0] == (byte)'0' && (word[1] | 0x20) == 'x' ? word[2..] : word;
        if (digits.Length > 16)
            throw Expected("a hexadecimal number of 64 bits", word);
        ulong value = 0;
        foreach (byte b in digits)
        {
            uint digit = b is >= (byte)'0' and <= (byte)'9' ? (uint)(b - '0') : (uint)((b | 0x20) - 'a' + 10);
            if (digit > 15 || (digit > 9 && (b | 0x20) is < 'a' or > 'f'))
                throw Expected("a hexadecimal number", word);
            value = value << 4 | digit;
        }

        return value;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public ReadOnlySpan<byte> Word()
    {
        SkipBlanks();
        var rest = _line[_at..];
        int length = 0;
        while (length < rest.Length
            && rest[length] is not ((byte)' ' or (byte)'(' or (byte)')' or (byte)'\t' or (byte)'"'))
            length++;
        if (length == 0)
            throw Expected("a word", rest);
        _at += length;
        return rest[..length];
    }

    /// <summary>A word, or what stands between two quotation marks.</summary>
    public ReadOnlySpan<byte> Text()
    {
        SkipBlanks();
        if (Next != '"')
            return Word();

        int end = _line[(_at + 1)..].IndexOf((byte)'"');
        if (end < 0)
            throw Expected("the end of a text, \"", _line[_at..]);
        int start = _at + 1;
        _at += end + 2;
        return _line.Slice(start, end);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void SkipBlanks()
    {
        while ((uint)_at < (uint)_line.Length && _line[_at] is (byte)' ' or (byte)'\t')
            _at++;
    }

    public void Expect(byte expected)
    {
        SkipBlanks();
        if (Next != expected)
            throw Expected(((char)expected).ToString(), _line[_at..]);
        _at++;
    }

    /// <summary>The error that something else was expected here.</summary>
    public readonly InputException Expected(string what, ReadOnlySpan<byte> found)
    {
        string text = found.IsEmpty ? "the end of the line"
            : System.Text.Encoding.Latin1.GetString(found[..Math.Min(found.Length, 40)]);
        return new(file, number, $"expected {what}, found {text}");
    }
}
