namespace Orleans.Mmu.Tests.Client;

/// <summary>A folder with litmus tests, for one test.</summary>
internal sealed class LitmusFolder : IDisposable
{
    /// <summary>A page is mapped, and read without an ISB.</summary>
    public const string Mapping = """
        AArch64 map
        {
        pte_x=(valid:0);
        0:X0=(oa:phy_x); 0:X1=pte_x; 0:X3=x;
        }
         P0             ;
         STR X0,[X1]    ;
         DSB ISH        ;
         L0: LDR W4,[X3];
        exists (fault(P0:L0,x))

        """;

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("mmu");

    public string FullName => _directory.FullName;

    public void Dispose() => _directory.Delete(recursive: true);

    public async Task<string> FileAsync(string name, string text)
    {
        string path = Path.Combine(_directory.FullName, name);
        await File.WriteAllTextAsync(path, text);
        return path;
    }
}
