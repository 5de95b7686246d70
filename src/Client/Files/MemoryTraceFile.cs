using System.IO.Compression;
using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Costs.MemoryTraces;

namespace Orleans.Mmu.Client.Files;

/// <summary>Opens memory traces: files or standard input, uncompressed or compressed with zstd, gzip or zip.</summary>
internal static class MemoryTraceFile
{
    private const int MagicLength = 6;

    private static readonly string[] Suffixes = [".zst", ".gz", ".zip"];

    // Without strict validation a truncated gzip stream looks complete.
    static MemoryTraceFile() => AppContext.SetSwitch("System.IO.Compression.UseStrictValidation", true);

    /// <summary>A trace's name without folder and compression suffix.</summary>
    public static string NameOf(string path)
    {
        string name = path == StandardInput.Name ? "standard input" : Path.GetFileName(path);
        string? suffix = Suffixes.FirstOrDefault(
            s => name.EndsWith(s, StringComparison.OrdinalIgnoreCase) && name.Length > s.Length);
        return suffix is null ? name : name[..^suffix.Length];
    }

    /// <summary>A trace's name in errors, whose offsets count decompressed bytes.</summary>
    public static string ErrorNameOf(string path) => path == StandardInput.Name ? "standard input"
        : Suffixes.Any(s => path.EndsWith(s, StringComparison.OrdinalIgnoreCase)) ? $"{path} (decompressed)" : path;

    /// <summary>Passes a trace's decompressed bytes to <paramref name="read"/>.</summary>
    /// <exception cref="UsageException">The file cannot be read, or its compression is not supported.</exception>
    public static T Read<T>(string path, Func<Stream, T> read) => Read(path, (stream, _) => read(stream));

    /// <summary>
    /// Passes a trace's decompressed bytes to <paramref name="read"/>, and whether they can be read once more, which
    /// those of standard input or a pipe cannot.
    /// </summary>
    /// <inheritdoc cref="Read{T}(string, Func{Stream, T})"/>
    public static T Read<T>(string path, Func<Stream, bool, T> read)
    {
        return path == StandardInput.Name
            ? StandardInput.Read("a memory trace", stream => Open(path, stream, bytes => read(bytes, false)))
            : InputFile.Read(
                path, "a memory trace", stream => Open(path, stream, bytes => read(bytes, stream.CanSeek)));
    }

    /// <summary>
    /// Refuses a file that does not begin as a trace, before other work. A pipe, which has no length, can be read only
    /// once, so it is not looked at.
    /// </summary>
    /// <exception cref="UsageException">It cannot be read, or begins otherwise.</exception>
    public static void Require(string path)
    {
        if (path == StandardInput.Name || new FileInfo(path) is { Exists: true, Length: 0 })
            return;
        if (Read(path, stream => MemoryTrace.WhyNone(ErrorNameOf(path), stream)) is { } why)
            throw new UsageException(why);
    }

    /// <summary>
    /// Whether a file that exists is a memory trace, or compressed as one may be, so that it must not be overwritten.
    /// </summary>
    /// <exception cref="UsageException">It cannot be read.</exception>
    public static bool IsOne(string path)
    {
        // A link may lead nowhere yet. A pipe or a device is empty.
        var file = new FileInfo(path);
        if (file.LinkTarget is not null && file.ResolveLinkTarget(returnFinalTarget: true) is not { Exists: true })
            return false;
        if (file is not { Exists: true, Length: > 0 })
            return false;
        return InputFile.Read(path, "a trace", stream =>
        {
            byte[] start = new byte[4096];
            ReadOnlySpan<byte> bytes = start.AsSpan(0, stream.ReadAtLeast(start, start.Length, false));
            return bytes.StartsWith("PK\x03\x04"u8) || bytes.StartsWith((ReadOnlySpan<byte>)[0x1f, 0x8b])
                || bytes.StartsWith((ReadOnlySpan<byte>)[0x28, 0xb5, 0x2f, 0xfd])
                || MemoryTrace.Detect(bytes) is not null;
        });
    }

    private static T Open<T>(string path, Stream stream, Func<Stream, T> read)
    {
        byte[] start = new byte[MagicLength];
        int length = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        ReadOnlySpan<byte> magic = start.AsSpan(0, length);
        if (magic.StartsWith("PK\x03\x04"u8))
            return Zip(path, stream, read);
        bool isZstd = magic.StartsWith((ReadOnlySpan<byte>)[0x28, 0xb5, 0x2f, 0xfd]);
        bool isGzip = magic.StartsWith((ReadOnlySpan<byte>)[0x1f, 0x8b]);
        string? other = magic.StartsWith((ReadOnlySpan<byte>)[0xfd, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0])
            ? "xz"
            : magic.StartsWith("BZh"u8) ? "bzip2"
            : magic.StartsWith((ReadOnlySpan<byte>)[0x04, 0x22, 0x4d, 0x18]) ? "lz4" : null;
        if (other is not null)
            throw new UsageException(
                $"{path}: expected a trace that is not compressed, or with zstd, gzip or zip, found {other} ({other} " +
                $"-dc FILE | mmu tlb -)");
        using var whole = new PrefixedStream(start.AsMemory(0, length), stream);
        using Stream raw = isZstd ? new ZstdStream(whole) : isGzip
            ? new GZipStream(whole, CompressionMode.Decompress) : whole;
        return read(raw);
    }

    // drmemtrace writes a trace as the parts of an archive, in order.
    private static T Zip<T>(string path, Stream stream, Func<Stream, T> read)
    {
        if (!stream.CanSeek)
            throw new UsageException(
                $"{path}: expected a trace from standard input that is no zip archive, which is read from its end " +
                $"(give the file's name)");
        try
        {
            using var archive = new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true);
            using var parts = new JoinedStream(
                archive.Entries.OrderBy(e => e.FullName, StringComparer.Ordinal).Select(e => (Func<Stream>)e.Open));
            return read(parts);
        }
        catch (InvalidDataException e)
        {
            throw new UsageException($"{path}: expected a zip archive: {e.Message}", e);
        }
    }
}
