using Orleans.Mmu.Import.Texts;
using Orleans.Mmu.Inputs;

namespace Orleans.Mmu.Import.Places;

/// <summary>The files of a folder that have a known name. Folders in it are not searched.</summary>
public static class FolderFiles
{
    /// <exception cref="InputException">
    /// No file has a known name, two are of one kind, one is too large, or one is no regular file.
    /// </exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">A file may not be read.</exception>
    public static FileSet Read(string folder)
    {
        var files = new FileSet();
        foreach (string path in Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal))
        {
            if (FileNames.KindOf(path) is { } kind)
                files.Add(kind, Read(path, kind));
        }

        return files.Kinds.Any() ? files
            : throw new InputException(folder, 1, $"expected files such as {FileNames.Listed}, found none");
    }

    /// <summary>A file of a kind; of /proc/kcore only the beginning is read.</summary>
    private static ImportFile Read(string path, FileKind kind)
    {
        using var stream = RegularFile.OpenRead(path);
        return BoundedFile.Read(path, stream, kind);
    }
}
