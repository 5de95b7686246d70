using System.Runtime.InteropServices;
using System.Text;
using Orleans.Mmu.Client.Exits;

namespace Orleans.Mmu.Client.Terminals;

/// <summary>
/// A file that a result goes to. It is written in place through the name that was given, so that symbolic and hard
/// links, its mode and owner, pipes and devices stay what they are; and only when the result is complete, so that a
/// command that fails or is cancelled leaves it unchanged. Errors that are already foreseeable are reported before the
/// work begins.
/// </summary>
internal sealed partial class OutputFile
{
    // A larger file is not kept in memory only to be put back after a failure.
    private const long MostKept = 64 << 20;

    // W_OK of access(2).
    private const int MayWrite = 2;

    // ENOENT.
    private const int NoSuchFile = 2;

    private static readonly UTF8Encoding Plain = new(encoderShouldEmitUTF8Identifier: false);

    private readonly string _path;

    private OutputFile(string path) => _path = path;

    /// <param name="option">The option that names the file, for errors.</param>
    /// <exception cref="UsageException">The file cannot be written.</exception>
    public static OutputFile Open(string option, string path)
    {
        if (path.Length == 0)
            throw new UsageException($"{option}: expected a file name, found an empty one");
        if (path.StartsWith("--", StringComparison.Ordinal))
            throw new UsageException($"{option}: expected a file name, found '{path}' (./{path} is a file's name)");
        if (Directory.Exists(path))
            throw new UsageException($"{path}: expected a file to write, found a directory");
        try
        {
            var file = new FileInfo(path);
            if (file.Exists)
            {
                // To open a pipe or a device would have an effect; to ask has none. A link may lead nowhere yet.
                if (!OperatingSystem.IsWindows() && Access(path, MayWrite) != 0
                    && Marshal.GetLastPInvokeError() != NoSuchFile)
                    throw new IOException(Marshal.GetLastPInvokeErrorMessage());
            }
            else if (file.LinkTarget is null)
            {
                if (file.DirectoryName is { } folder && !Directory.Exists(folder))
                    throw new UsageException(
                        $"{path}: expected a file that can be written: there is no folder {folder}");
                new FileStream(path, FileMode.CreateNew, FileAccess.Write).Dispose();
                File.Delete(path);
            }

            return new(path);
        }
        catch (Exception e) when (
            e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw Unwritable(path, e);
        }
    }

    /// <exception cref="UsageException">
    /// Writing failed, for instance because the disk is full or the directory is gone. The file is as it was before, if
    /// it had at most 64 MiB.
    /// </exception>
    public void Write(string text) => Write(Plain.GetBytes(text));

    /// <summary>The same for other contents.</summary>
    /// <exception cref="UsageException">As above.</exception>
    public void Write(byte[] bytes) => Write(file => file.Write(bytes), () => new MemoryStream(bytes));

    /// <summary>The same for a text that may be too long to be kept in memory.</summary>
    /// <exception cref="UsageException">As above.</exception>
    public void Write(Action<TextWriter> text)
    {
        Write(Render, () =>
        {
            var complete = Nameless();
            Render(complete);
            complete.Position = 0;
            return complete;
        });

        void Render(Stream file)
        {
            using var writer = new StreamWriter(file, Plain, 1 << 16, leaveOpen: true);
            text(writer);
        }
    }

    // What replaces an existing file is complete before the file changes.
    private void Write(Action<Stream> render, Func<Stream> complete)
    {
        try
        {
            var file = new FileInfo(_path);
            if (!file.Exists && file.LinkTarget is null)
            {
                WriteNew(render);
                return;
            }

            using var content = complete();
            WriteInPlace(content);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw Unwritable(_path, e);
        }
    }

    private void WriteNew(Action<Stream> render)
    {
        using var file = new FileStream(_path, FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite, 0);
        try
        {
            render(file);
        }
        catch
        {
            File.Delete(_path);
            throw;
        }
    }

    private void WriteInPlace(Stream content)
    {
        using var file = OpenExisting(_path);
        byte[]? before = Content(file);
        try
        {
            Replace(file, content);
        }
        catch (IOException) when (before is not null)
        {
            Replace(file, new MemoryStream(before));
            throw;
        }
    }

    // A process that is killed leaves no such file.
    private static FileStream Nameless()
    {
        string name = Path.GetTempFileName();
        var file = new FileStream(
            name, FileMode.Open, FileAccess.ReadWrite, FileShare.Delete, 0, FileOptions.DeleteOnClose);
        if (!OperatingSystem.IsWindows())
            File.Delete(name);
        return file;
    }

    // Null for a pipe, a device, and a file that may be written but not read. The open file is asked for its length:
    // that of a link is the length of its text, and reading a pipe or /dev/full behind a link would not end.
    private byte[]? Content(FileStream file)
    {
        try
        {
            return file.CanSeek && file.Length is > 0 and <= MostKept ? File.ReadAllBytes(_path) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static void Replace(FileStream file, Stream content)
    {
        // A device can seek, but has no length to set.
        if (file.CanSeek && file.Length > 0)
            file.SetLength(0);
        content.CopyTo(file);
    }

    // The target of a symbolic link that leads nowhere yet is created.
    private static FileStream OpenExisting(string path) =>
        new(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, 0);

    [LibraryImport("libc", EntryPoint = "access", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Access(string path, int mode);

    private static UsageException Unwritable(string path, Exception e)
    {
        // The runtime names the file behind the message of the system: "No space left on device : '/dev/full'".
        int end = e.Message.LastIndexOf(" : '", StringComparison.Ordinal);
        return new($"{path}: expected a file that can be written: {(end < 0 ? e.Message : e.Message[..end])}", e);
    }
}
