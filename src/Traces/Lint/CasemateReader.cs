using System.Text;
using Orleans.Mmu.Inputs;

namespace Orleans.Mmu.Traces.Lint;

/// <summary>Reads a casemate trace event by event. Its memory does not grow with the length of the trace.</summary>
internal sealed class CasemateReader(string file, Stream stream)
{
    /// <summary>The length of the longest line that is read, in bytes.</summary>
    public const int MaxLine = 1 << 16;

    private readonly byte[] _buffer = new byte[1 << 18];
    private int _start;
    private int _end;
    private bool _ended;
    private int _sourceStart;
    private int _sourceLength;
    private readonly string?[] _places = new string?[256];

    /// <summary>The line of the event read last, from 1.</summary>
    public long Line { get; private set; }

    /// <summary>The trace's own verdict, from a line that begins with "!"; null if there is none.</summary>
    public string? Verdict { get; private set; }

    /// <summary>The next event; false at the end.</summary>
    /// <exception cref="InputException">A line is no event.</exception>
    public bool TryRead(out CasemateEvent happened)
    {
        while (TryReadLine(out var line))
        {
            // Some editors begin a file with a byte order mark.
            if (Line == 1 && line.StartsWith("\uFEFF"u8))
                line = line[3..];
            if (line.EndsWith("\r"u8))
                line = line[..^1];
            if (line.Trim((byte)' ').IsEmpty)
                continue;
            if (line[0] == (byte)'!')
            {
                Verdict = Encoding.UTF8.GetString(line[1..]).Trim();
                continue;
            }

            if (Verdict is not null)
            {
                throw new InputException(
                    file, Number, "expected the end of the trace after its verdict (!), found another event");
            }

            var read = new CasemateLine(file, Number, line);
            happened = read.Read();
            _sourceLength = read.Source.Length;
            _buffer.AsSpan().Overlaps(read.Source, out _sourceStart);
            return true;
        }

        happened = default;
        return false;
    }

    /// <summary>
    /// The text of src of the event read last: a place in the kernel. Null where it has none.
    /// </summary>
    public string? Source
    {
        get
        {
            if (_sourceLength == 0)
                return null;
            // The kernel changes its tables at few places, and each of them many times.
            var text = _buffer.AsSpan(_sourceStart, _sourceLength);
            ref string? known = ref _places[text[^1] + text.Length * 31 & (_places.Length - 1)];
            return known is not null && Ascii.Equals(text, known) ? known
                : known = OneLine.Of(Encoding.UTF8.GetString(text));
        }
    }

    private int Number => (int)Math.Min(Line, int.MaxValue);

    private InputException TooLong(int line) =>
        new(file, line, $"expected lines of at most {MaxLine} bytes, found a longer one");

    private bool TryReadLine(out ReadOnlySpan<byte> line)
    {
        for (; ; )
        {
            var left = _buffer.AsSpan(_start, _end - _start);
            int length = left.IndexOf((byte)'\n');
            if (length >= 0 || (_ended && !left.IsEmpty))
            {
                Line++;
                line = length >= 0 ? left[..length] : left;
                _start += line.Length + (length >= 0 ? 1 : 0);
                if (line.Length > MaxLine)
                    throw TooLong(Number);
                return true;
            }

            if (_ended)
            {
                line = default;
                return false;
            }

            if (left.Length > MaxLine)
                throw TooLong((int)Math.Min(Line + 1, int.MaxValue));
            left.CopyTo(_buffer);
            (_start, _end) = (0, left.Length);
            int read = stream.Read(_buffer, _end, _buffer.Length - _end);
            _end += read;
            _ended = read == 0;
        }
    }
}
