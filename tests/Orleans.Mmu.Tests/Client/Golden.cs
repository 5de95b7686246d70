using System.Runtime.CompilerServices;

namespace Orleans.Mmu.Tests.Client;

/// <summary>
/// Renderings kept as files beside the tests. MMU_UPDATE_GOLDEN=1 writes them anew; read the difference before it is
/// committed.
/// </summary>
internal static class Golden
{
    public static void Check(string name, string actual, [CallerFilePath] string test = "")
    {
        string path = Path.Combine(Path.GetDirectoryName(test)!, "golden", name + ".txt");
        if (Environment.GetEnvironmentVariable("MMU_UPDATE_GOLDEN") == "1")
            File.WriteAllText(path, actual);
        Assert.Equal(File.ReadAllText(path), actual);
    }
}
