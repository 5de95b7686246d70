using Orleans.Mmu.Import.Texts;
using Orleans.Mmu.Inputs;

namespace Orleans.Mmu.Import.Places;

/// <summary>The files that are imported together: at most one of each kind.</summary>
public sealed class FileSet
{
    private readonly Dictionary<FileKind, ImportFile> _files = [];

    /// <summary>The kinds that there are, in the order of <see cref="FileKind"/>.</summary>
    public IEnumerable<FileKind> Kinds => _files.Keys.Order();

    public ImportFile? this[FileKind kind] => _files.GetValueOrDefault(kind);

    /// <summary>Adds a file of a folder or a tar.</summary>
    /// <exception cref="InputException">There is another file of its kind.</exception>
    public void Add(FileKind kind, ImportFile file)
    {
        if (!_files.TryAdd(kind, file))
            throw file.Error(1, $"expected one file of its kind, found also {_files[kind].Name}");
    }

    /// <summary>Puts a file that the command line names in the place of any other of its kind.</summary>
    public void Replace(FileKind kind, ImportFile file) => _files[kind] = file;
}
