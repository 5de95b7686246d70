namespace Orleans.Mmu.Fuzz.Judgement;

/// <summary>A temporary folder for the files of a case.</summary>
internal sealed class CaseFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mmu-fuzz-");

    public string Path => _folder.FullName;

    public void Dispose() => _folder.Delete(recursive: true);
}
