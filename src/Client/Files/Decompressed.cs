using System.IO.Compression;
using Orleans.Mmu.Client.Exits;

namespace Orleans.Mmu.Client.Files;

/// <summary>Files that may be compressed with gzip or zstd; their first bytes say it.</summary>
internal static class Decompressed
{
    private const int MagicLength = 4;

    /// <summary>Passes what a stream holds, decompressed where it is compressed, to <paramref name="read"/>.</summary>
    /// <param name="path">The stream's name in errors.</param>
    /// <exception cref="UsageException">The compressed data is damaged.</exception>
    public static T Read<T>(string path, Stream stream, Func<Stream, T> read)
    {
        byte[] start = new byte[MagicLength];
        int length = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        ReadOnlySpan<byte> magic = start.AsSpan(0, length);
        bool isZstd = magic.StartsWith((ReadOnlySpan<byte>)[0x28, 0xb5, 0x2f, 0xfd]);
        bool isGzip = magic.StartsWith((ReadOnlySpan<byte>)[0x1f, 0x8b]);
        using var whole = new PrefixedStream(start.AsMemory(0, length), stream);
        using Stream raw = isZstd ? new ZstdStream(whole) : isGzip
            ? new GZipStream(whole, CompressionMode.Decompress) : whole;
        try
        {
            return read(raw);
        }
        catch (Exception e) when ((isZstd || isGzip) && e is InvalidDataException or EndOfStreamException)
        {
            throw new UsageException(
                $"{path}: expected a file that {(isZstd ? "zstd" : "gzip")} can decompress: {e.Message}", e);
        }
    }
}
