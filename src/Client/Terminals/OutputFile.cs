using Orleans.Mmu.Client.Exits;

namespace Orleans.Mmu.Client.Terminals;

/// <summary>
/// A file that is either written completely or left unchanged: the text goes to a temporary file beside it, which then
/// replaces it. Errors that are already foreseeable are reported before the work begins.
/// </summary>
internal sealed class OutputFile : IDisposable
{
    private readonly string _given;
    private readonly string _target;
    private readonly string? _beside;

    private OutputFile(string given, string target, string? beside) =>
        (_given, _target, _beside) = (given, target, beside);

    /// <exception cref="UsageException">The file cannot be written.</exception>
    public static OutputFile Open(string path)
    {
        if (path.Length == 0)
            throw new UsageException("--trace: expected a file name, found an empty one");
        try
        {
            // A symbolic link is kept: its target is replaced.
            bool isLink = new FileInfo(path).LinkTarget is not null;
            string target = Path.GetFullPath(
                isLink ? File.ResolveLinkTarget(path, returnFinalTarget: true)!.FullName : path);
            if (Directory.Exists(target))
                throw new UsageException($"{path}: expected a file to write, found a directory");
            if (Path.GetDirectoryName(target) is { Length: > 0 } folder && !Directory.Exists(folder))
                throw new UsageException($"{path}: expected a file that can be written: there is no folder {folder}");
            // A device cannot be replaced by a file.
            if (target.StartsWith("/dev/", StringComparison.Ordinal)
                || target.StartsWith("/proc/", StringComparison.Ordinal))
                return new(path, path, null);
            if (File.Exists(target))
                new FileStream(target, FileMode.Open, FileAccess.Write).Dispose();
            string beside = $"{target}.{Guid.NewGuid():N}.tmp";
            new FileStream(beside, FileMode.CreateNew, FileAccess.Write).Dispose();
            return new(path, target, beside);
        }
        catch (Exception e) when (
            e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw Unwritable(path, e);
        }
    }

    /// <exception cref="UsageException">
    /// Writing failed, for instance because the disk is full or the directory is gone.
    /// </exception>
    public void Commit(string text)
    {
        try
        {
            File.WriteAllText(_beside ?? _target, text);
            if (_beside is not null)
                File.Move(_beside, _target, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(_given, e);
        }
    }

    public void Dispose()
    {
        if (_beside is not null)
            File.Delete(_beside);
    }

    private static UsageException Unwritable(string path, Exception e) =>
        new($"{path}: expected a file that can be written: {e.Message}", e);
}
