using Orleans.Mmu.Inputs;

namespace Orleans.Mmu.Client.Files;

/// <summary>The file that a mistyped path probably means: one of the same kind in the same folder.</summary>
internal static class NearestFile
{
    // A folder with more files takes too long to look through for an error message.
    private const int Most = 10_000;

    /// <summary>" (the nearest is 'spin.litmus')"; empty where there is none, or the folder cannot be read.</summary>
    public static string Hint(string path)
    {
        string kind = Path.GetExtension(path);
        string folder = Path.GetDirectoryName(path) is { Length: > 0 } named ? named : ".";
        // The ending is the same for all and must not make names alike that are not.
        var files = Names(folder).Where(f => Path.GetExtension(f).Equals(kind, StringComparison.OrdinalIgnoreCase))
            .ToLookup(f => Path.GetFileNameWithoutExtension(f));
        var nearest = NearestName.AllOf(Path.GetFileNameWithoutExtension(path), files.Select(f => f.Key))
            .Select(name => files[name].First());
        return NearestName.Hint(nearest, '\'');
    }

    private static List<string> Names(string folder)
    {
        try
        {
            return [.. Directory.EnumerateFiles(folder).Take(Most).Select(f => Path.GetFileName(f))
                .Order(StringComparer.Ordinal)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return [];
        }
    }
}
