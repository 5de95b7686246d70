namespace Orleans.Mmu.Tests.Client;

/// <summary>A folder with protocol files, for one test.</summary>
internal sealed class ProtocolFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mmu");

    /// <summary>The protocol that the page shows.</summary>
    public static string Example => Path.Combine(Repository.Root, "docs", "examples", "early-release.protocol");

    public void Dispose() => _folder.Delete(recursive: true);

    public string PathOf(string name) => Path.Combine(_folder.FullName, name);

    public string Write(string name, string text)
    {
        string file = PathOf(name);
        File.WriteAllText(file, text);
        return file;
    }
}
