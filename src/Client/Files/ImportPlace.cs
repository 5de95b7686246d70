using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Import.Kernels;
using Orleans.Mmu.Import.Places;
using Orleans.Mmu.Inputs;

namespace Orleans.Mmu.Client.Files;

/// <summary>Opens what mmu import is given: a folder, a tar, single files.</summary>
internal static class ImportPlace
{
    private const int LongestName = 64;

    /// <exception cref="UsageException">The place cannot be read.</exception>
    /// <exception cref="InputException">It has no file that can be imported.</exception>
    public static FileSet Read(string place)
    {
        if (Directory.Exists(place))
            return ReadFolder(place);
        if (FileNames.KindOf(place) is { } kind)
        {
            var files = new FileSet();
            Add(files, kind, place, "a folder, a tar or a file of a machine");
            return files;
        }

        return TarFiles.Read(
            InputFile.Read(place, "a folder or a tar", stream => BoundedFile.Read(place, stream)));
    }

    /// <summary>Adds a file of a kind, in the place of another.</summary>
    /// <exception cref="UsageException">The file cannot be read.</exception>
    public static void Add(FileSet files, FileKind kind, string path, string what) =>
        files.Replace(kind, InputFile.Read(path, what, stream => BoundedFile.Read(path, stream, kind)));

    /// <summary>Whether a value of --version is a release and not the name of a file.</summary>
    public static bool IsRelease(string value) => !File.Exists(value) && ReleaseReader.Find(value) is not null;

    /// <summary>
    /// Whether a value of --cmdline is kernel parameters and not the name of a file. One parameter without a value,
    /// such as nokaslr or arm64.nolva, has no folder in front, and no name that such files have.
    /// </summary>
    public static bool IsParameters(string value) => !File.Exists(value)
        && (value.Length == 0 || value.AsSpan().ContainsAny(' ', '=')
            || (!value.AsSpan().ContainsAny('/', '\\') && FileNames.KindOf(value) is null
                && Path.GetExtension(value) is not (".txt" or ".log")));

    /// <summary>The name of a machine that comes from a place.</summary>
    public static string NameOf(string? place)
    {
        if (place is null)
            return "imported";
        string name = OneLine.Of(Path.GetFileName(Path.GetFullPath(place).TrimEnd('/', '\\')));
        foreach (string suffix in (string[])[".gz", ".tar", ".tgz"])
        {
            if (name.EndsWith(suffix, StringComparison.OrdinalIgnoreCase))
                name = name[..^suffix.Length];
        }

        return name.Length is > 0 and <= LongestName ? name : "imported";
    }

    private static FileSet ReadFolder(string folder)
    {
        try
        {
            return FolderFiles.Read(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"{folder}: expected a folder that can be read: {e.Message}", e);
        }
    }
}
