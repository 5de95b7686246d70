namespace Orleans.Mmu.Costs.MemoryTraces;

/// <summary>
/// A stretch of a trace in memory. It moves forward through the stream, so memory does not depend on the trace's length.
/// </summary>
internal sealed class TraceWindow(string file, Stream stream)
{
    /// <summary>Bytes behind the stretch that may be read, though they mean nothing.</summary>
    public const int Slack = 32;

    private const int Size = 1 << 20;

    private readonly byte[] _buffer = new byte[Size + Slack];
    private long _before;
    private int _length;
    private bool _ended;

    /// <summary>What is in memory.</summary>
    public ReadOnlySpan<byte> Bytes => _buffer.AsSpan(0, _length);

    /// <summary>The stretch and the slack behind it.</summary>
    public ReadOnlySpan<byte> WithSlack => _buffer.AsSpan(0, _length + Slack);

    /// <summary>True once the stretch reaches the trace's end.</summary>
    public bool IsLast => _ended;

    /// <summary>Drops the first bytes and reads on. At least one byte is new, or the window is the last.</summary>
    public void Advance(int used)
    {
        _before += used;
        _length -= used;
        _buffer.AsSpan(used, _length).CopyTo(_buffer);
        while (_length < Size && !_ended)
        {
            int read;
            try
            {
                read = stream.Read(_buffer, _length, Size - _length);
            }
            catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
            {
                throw new TraceException(file, _before + _length, $"expected more of the trace, found that its compression is broken: {e.Message}");
            }

            _length += read;
            _ended = read == 0;
        }
    }

    /// <summary>Something is wrong with the record that begins at a place of the stretch.</summary>
    public TraceException Error(int at, string message) => new(file, _before + at, message);

    /// <summary>A record's page is no canonical address.</summary>
    public TraceException Untranslated(int at, ulong page) =>
        Error(at, $"expected an address of user space or of the kernel's 48 bits, found 0x{page << 12:x16}");
}
