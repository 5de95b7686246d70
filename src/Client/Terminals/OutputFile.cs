using Orleans.Mmu.Client.Exits;

namespace Orleans.Mmu.Client.Terminals;

/// <summary>
/// A file that is either written whole or left as it was: the text goes to a file beside it, which then takes its
/// place. Whether that will be possible is known before the work begins.
/// </summary>
public sealed class OutputFile : IDisposable
{
    private readonly string _given;
    private readonly string _target;
    private readonly string? _beside;

    private OutputFile(string given, string target, string? beside) => (_given, _target, _beside) = (given, target, beside);

    /// <exception cref="UsageException">It cannot be written.</exception>
    public static OutputFile Open(string path)
    {
        if (path.Length == 0)
            throw new UsageException("--trace: expected a file name, found an empty one");
        try
        {
            // A link stays a link: what it points to is replaced.
            bool isLink = new FileInfo(path).LinkTarget is not null;
            string target = Path.GetFullPath(isLink ? File.ResolveLinkTarget(path, returnFinalTarget: true)!.FullName : path);
            if (Directory.Exists(target))
                throw new UsageException($"{path}: expected a file to write, found a directory");
            // A device cannot be replaced by a file.
            if (target.StartsWith("/dev/", StringComparison.Ordinal) || target.StartsWith("/proc/", StringComparison.Ordinal))
                return new(path, path, null);
            if (File.Exists(target))
                new FileStream(target, FileMode.Open, FileAccess.Write).Dispose();
            string beside = $"{target}.{Guid.NewGuid():N}.tmp";
            new FileStream(beside, FileMode.CreateNew, FileAccess.Write).Dispose();
            return new(path, target, beside);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw Unwritable(path, e);
        }
    }

    /// <exception cref="UsageException">It cannot be written after all: the disk is full, the directory is gone.</exception>
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

    private static UsageException Unwritable(string path, Exception e) => new($"{path}: expected a file that can be written: {e.Message}", e);
}
