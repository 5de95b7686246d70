using ZstdSharp;

namespace Orleans.Mmu.Client.Files;

/// <summary>
/// Decompresses zstd with the error conventions of .NET's streams: malformed data is InvalidDataException.
/// </summary>
internal sealed class ZstdStream(Stream compressed) : ReadOnlyStream
{
    private readonly DecompressionStream _raw = new(compressed);

    public override int Read(Span<byte> buffer)
    {
        try
        {
            return _raw.Read(buffer);
        }
        catch (ZstdException e)
        {
            throw new InvalidDataException(e.Message, e);
        }
    }

    protected override void Dispose(bool disposing)
    {
        _raw.Dispose();
        base.Dispose(disposing);
    }
}
