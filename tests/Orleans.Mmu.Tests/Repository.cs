namespace Orleans.Mmu.Tests;

/// <summary>Where the sources lie.</summary>
internal static class Repository
{
    /// <summary>The folder that holds the solution.</summary>
    public static string Root { get; } = FindRoot();

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Orleans.Mmu.sln")))
                return folder.FullName;
        }

        throw new InvalidOperationException("Orleans.Mmu.sln is in no folder above the tests");
    }
}
