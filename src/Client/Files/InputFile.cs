using System.Text;
using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Inputs;

namespace Orleans.Mmu.Client.Files;

/// <summary>
/// Reads files named on the command line, and turns each way in which that can fail into a one-line error.
/// </summary>
internal static class InputFile
{
    private static readonly UTF8Encoding StrictUtf8 = new(
        encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads a whole file as text.</summary>
    /// <param name="what">The expected kind of file: "a machine file".</param>
    /// <param name="whenMissing">The error for a missing file; null for the default.</param>
    /// <exception cref="UsageException">The file cannot be read.</exception>
    /// <exception cref="InputException">The file is too large or not UTF-8.</exception>
    /// <param name="names">Names that could stand in place of the file's.</param>
    public static string ReadText(
        string path, string what, int maxBytes, string? whenMissing = null, IEnumerable<string>? names = null) =>
        Read(path, what, stream => ReadText(path, stream, maxBytes), whenMissing, names: names);

    /// <summary>Reads a whole stream as text.</summary>
    /// <param name="path">Its name for messages.</param>
    /// <exception cref="InputException">The text is too large or not UTF-8.</exception>
    public static string ReadText(string path, Stream stream, int maxBytes)
    {
        var bytes = new MemoryStream();
        // A device has no length, so the limit is enforced while reading.
        byte[] buffer = new byte[65536];
        for (int read; (read = stream.Read(buffer)) > 0;)
        {
            bytes.Write(buffer, 0, read);
            if (bytes.Length > maxBytes)
                throw new InputException(path, 1, $"expected at most {maxBytes} bytes, found more");
        }

        return Decode(path, bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
    }

    /// <summary>Passes a file's stream to <paramref name="read"/>.</summary>
    /// <param name="ofDirectory">What to name instead of a directory; null where there is nothing to say.</param>
    /// <param name="names">Names that could stand in place of the file's; the nearest is part of the error.</param>
    /// <exception cref="UsageException">The file cannot be read.</exception>
    public static T Read<T>(
        string path, string what, Func<Stream, T> read, string? whenMissing = null,
        Func<string, string>? ofDirectory = null, IEnumerable<string>? names = null)
    {
        if (path.Length == 0)
            throw new UsageException($"expected the name of {what}, found an empty one");
        if (Directory.Exists(path))
            throw new UsageException($"{path}: expected {what}, found a directory{ofDirectory?.Invoke(path)}");
        try
        {
            using var stream = File.OpenRead(path);
            return read(stream);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or ArgumentException)
        {
            string expected = whenMissing ?? $"expected {what}, found no such file";
            string name = GivenValue.Hint(path, names ?? []);
            throw new UsageException($"{path}: {expected}{(name.Length > 0 ? name : NearestFile.Hint(path))}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new UsageException(
                $"{path}: expected a readable {what[(what.IndexOf(' ', StringComparison.Ordinal) + 1)..]}: {e.Message}",
                e);
        }
    }

    private static string Decode(string path, ReadOnlySpan<byte> text)
    {
        if (text.StartsWith(Encoding.UTF8.Preamble))
            text = text[Encoding.UTF8.Preamble.Length..];
        try
        {
            return StrictUtf8.GetString(text);
        }
        catch (DecoderFallbackException e)
        {
            int at = Math.Clamp(e.Index, 0, text.Length);
            throw new InputException(
                path, text[..at].Count((byte)'\n') + 1,
                $"expected UTF-8, found the byte 0x{e.BytesUnknown?[0] ?? 0:x2}");
        }
    }
}
