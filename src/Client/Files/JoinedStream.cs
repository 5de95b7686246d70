namespace Orleans.Mmu.Client.Files;

/// <summary>Concatenates streams; each is opened when the one before it has ended.</summary>
internal sealed class JoinedStream(IEnumerable<Func<Stream>> parts) : ReadOnlyStream
{
    private readonly IEnumerator<Func<Stream>> _parts = parts.GetEnumerator();
    private Stream? _part;

    public override int Read(Span<byte> buffer)
    {
        while (true)
        {
            int read = _part?.Read(buffer) ?? 0;
            if (read > 0 || buffer.IsEmpty)
                return read;
            _part?.Dispose();
            if (!_parts.MoveNext())
                return 0;
            _part = _parts.Current();
        }
    }

    protected override void Dispose(bool disposing)
    {
        _part?.Dispose();
        _parts.Dispose();
        base.Dispose(disposing);
    }
}
