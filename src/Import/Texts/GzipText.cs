using System.Buffers.Binary;
using System.IO.Compression;
using Orleans.Mmu.Inputs;

namespace Orleans.Mmu.Import.Texts;

/// <summary>Files that may be compressed with gzip, such as /proc/config.gz.</summary>
internal static class GzipText
{
    private const int FirstByte = 0x1f;
    private const int SecondByte = 0x8b;

    // CRC32 and ISIZE, the number of bytes before compression modulo 2^32 (RFC 1952).
    private const int TrailerBytes = 8;

    public static bool IsCompressed(ReadOnlySpan<byte> content) =>
        content is [FirstByte, SecondByte, ..];

    /// <summary>The file as it was before compression; a file that is not compressed stays as it is.</summary>
    /// <exception cref="InputException">
    /// The compressed data is damaged or has more than <paramref name="mostBytes"/>.
    /// </exception>
    public static ImportFile Expand(ImportFile file, int mostBytes = ImportFile.MaxBytes)
    {
        if (!IsCompressed(file.Content.Span))
            return file;
        using var compressed = new MemoryStream(file.Content.ToArray(), writable: false);
        using var raw = new GZipStream(compressed, CompressionMode.Decompress);
        var expanded = new MemoryStream();
        try
        {
            byte[] buffer = new byte[64 << 10];
            for (int read; (read = raw.Read(buffer)) > 0;)
            {
                expanded.Write(buffer, 0, read);
                if (expanded.Length > mostBytes)
                    throw file.Error(1, $"expected at most {mostBytes >> 20}M after decompression, found more");
            }
        }
        catch (InvalidDataException)
        {
            throw file.Error(1, "expected gzip data, found damage");
        }

        // GZipStream ends without an error where the data does, so only the trailer tells a file that was cut.
        uint size = file.Content.Length < TrailerBytes ? 0
            : BinaryPrimitives.ReadUInt32LittleEndian(file.Content.Span[^4..]);
        return expanded.Length > 0 && size == (uint)expanded.Length ? file with { Content = expanded.ToArray() }
            : throw file.Error(1, $"expected gzip data to its end, found {expanded.Length} bytes of it");
    }
}
