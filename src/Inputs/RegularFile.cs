namespace Orleans.Mmu.Inputs;

/// <summary>
/// Opens files that stand in a folder or that a setting names. A FIFO without a
/// writer, a terminal or a socket among them would keep the program waiting for ever, and /dev/zero never ends, so only
/// regular files are opened, and what the caller of the program has opened already. A file on the command line may be a
/// FIFO.
/// </summary>
public static class RegularFile
{
    // The descriptors of the process: a shell's <(COMMAND) is /dev/fd/63.
    private static readonly string[] Inherited = ["/dev/stdin", "/dev/fd/", "/proc/self/fd/"];

    private const int TypeMask = 0xf000;

    /// <summary>Opens a file for reading.</summary>
    /// <exception cref="InputException">The path is a FIFO, a device or a socket.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static FileStream OpenRead(string path)
    {
        Check(path);
        return File.OpenRead(path);
    }

    /// <summary>Refuses what <see cref="OpenRead"/> refuses, for files that another library opens.</summary>
    /// <inheritdoc cref="OpenRead"/>
    public static void Check(string path)
    {
        if (OtherKind(path) is { } kind && !Inherited.Any(i => path.StartsWith(i, StringComparison.Ordinal)))
            throw new InputException(path, $"expected a regular file, found {kind}");
    }

    // Null for a regular file, for a folder, and where the system does not tell.
    private static string? OtherKind(string path) => (FileStatus.Of(path)?.Mode & TypeMask) switch
    {
        0x1000 => "a FIFO",
        0x2000 => "a character device",
        0x6000 => "a block device",
        0xc000 => "a socket",
        _ => null,
    };
}
