using System.Text;
using Orleans.Mmu.Interfaces;
using Orleans.Mmu.Linux;

namespace Orleans.Mmu.Client;

/// <summary>Finds the machine that a command line names.</summary>
internal static class MachineSource
{
    // No text of MaxLength characters takes more.
    private const int MaxBytes = 3 * MachineFile.MaxLength;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>A built-in machine, else a file; "./symmetric" is the file of that name. The description is checked.</summary>
    /// <exception cref="UsageException">There is no such machine, or its file cannot be read.</exception>
    /// <exception cref="InputException">The text is not a machine.</exception>
    public static MachineHandle Read(string nameOrPath)
    {
        string text = BuiltInMachines.Find(nameOrPath) ?? Decode(nameOrPath, ReadFile(nameOrPath));
        var handle = new MachineHandle(nameOrPath, text);
        _ = handle.Description;
        return handle;
    }

    private static byte[] ReadFile(string path)
    {
        if (Directory.Exists(path))
            throw new UsageException($"{path}: expected a machine file, found a directory");
        try
        {
            using var stream = File.OpenRead(path);
            var bytes = new MemoryStream();
            // A device has no length to ask for, so the limit is kept while reading.
            byte[] buffer = new byte[65536];
            for (int read; (read = stream.Read(buffer)) > 0;)
            {
                bytes.Write(buffer, 0, read);
                if (bytes.Length > MaxBytes)
                    throw new InputException(path, 1, $"expected at most {MaxBytes} bytes, found more");
            }

            return bytes.ToArray();
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or ArgumentException)
        {
            throw new UsageException(
                $"{path}: expected a machine file or a built-in machine ({string.Join(", ", BuiltInMachines.Names)}), found neither", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new UsageException($"{path}: expected a readable machine file: {e.Message}", e);
        }
    }

    private static string Decode(string path, byte[] bytes)
    {
        ReadOnlySpan<byte> text = bytes;
        if (text.StartsWith(Encoding.UTF8.Preamble))
            text = text[Encoding.UTF8.Preamble.Length..];
        try
        {
            return StrictUtf8.GetString(text);
        }
        catch (DecoderFallbackException e)
        {
            int at = Math.Clamp(e.Index, 0, text.Length);
            throw new InputException(path, text[..at].Count((byte)'\n') + 1, $"expected UTF-8, found the byte 0x{e.BytesUnknown?[0] ?? 0:x2}");
        }
    }
}
