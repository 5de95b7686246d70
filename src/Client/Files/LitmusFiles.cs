using Orleans.Mmu.Client.Exits;

namespace Orleans.Mmu.Client.Files;

/// <summary>The litmus tests that a command line names.</summary>
internal static class LitmusFiles
{
    /// <summary>The maximum number of tests on one command line.</summary>
    public const int MaxFiles = 100_000;

    /// <summary>The given files, and for each folder all *.litmus files below it in order of their names.</summary>
    /// <exception cref="UsageException">A path does not exist, or a folder has no tests.</exception>
    public static IReadOnlyList<string> Of(IReadOnlyCollection<string> paths)
    {
        var files = new List<string>();
        foreach (string path in paths)
        {
            if (!Directory.Exists(path))
            {
                files.Add(path);
                continue;
            }

            var found = Found(path);
            if (found.Count == 0)
                throw new UsageException($"{path}: expected a folder with *.litmus, found none");
            files.AddRange(found);
        }

        if (files.Count > MaxFiles)
            throw new UsageException(
                $"{string.Join(", ", paths)}: expected at most {MaxFiles} litmus tests, found more");
        return files;
    }

    private static List<string> Found(string folder)
    {
        var options =
            new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 16, IgnoreInaccessible = true };
        try
        {
            return [.. Directory.EnumerateFiles(folder, "*.litmus", options).Take(MaxFiles + 1)
                .Order(StringComparer.Ordinal)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"{folder}: expected a folder that can be read: {e.Message}", e);
        }
    }
}
