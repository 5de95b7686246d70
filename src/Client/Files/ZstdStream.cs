using ZstdSharp;

namespace Orleans.Mmu.Client.Files;

/// <summary>What zstd compressed, read as other compressions are: data that is none of it is InvalidDataException.</summary>
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
