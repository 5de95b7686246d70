using System.Buffers;

namespace Orleans.Mmu.Costs.MemoryTraces;

/// <summary>
/// The part of a trace that is in memory. It moves forward through the stream, so memory use does not depend on the
/// trace's length.
/// </summary>
internal sealed class MemoryTraceBuffer(string file, Stream stream) : IDisposable
{
    /// <summary>Readable bytes after the window; their contents are undefined.</summary>
    public const int Slack = 32;

    private const int Size = 1 << 20;

    private readonly byte[] _buffer = ArrayPool<byte>.Shared.Rent(Size + Slack);
    private long _before;
    private int _length;
    private bool _ended;

    /// <summary>The bytes in memory.</summary>
    public ReadOnlySpan<byte> Bytes => _buffer.AsSpan(0, _length);

    /// <summary>The window and the slack after it.</summary>
    public ReadOnlySpan<byte> WithSlack => _buffer.AsSpan(0, _length + Slack);

    /// <summary>Whether the window reaches the trace's end.</summary>
    public bool IsLast => _ended;

    /// <summary>Gives the memory back; the window must not be used any more.</summary>
    public void Dispose() => ArrayPool<byte>.Shared.Return(_buffer);

    /// <summary>Drops the first bytes and reads more. At least one byte is new, or the window is the last.</summary>
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
                throw new MemoryTraceException(
                    file, _before + _length,
                    $"expected more of the trace, found that its compression is broken: {e.Message}");
            }

            _length += read;
            _ended = read == 0;
        }
    }

    /// <summary>An error in the record that begins at an offset in the window.</summary>
    public MemoryTraceException Error(int at, string message) => new(file, _before + at, message);

    /// <summary>An error for a record whose page has no canonical address.</summary>
    public MemoryTraceException Untranslated(int at, ulong page) =>
        Error(at, $"expected an address of user space or of the kernel's 48 bits, found 0x{page << 12:x16}");
}
