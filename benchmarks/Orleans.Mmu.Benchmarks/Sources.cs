namespace Orleans.Mmu.Benchmarks;

/// <summary>Where the sources lie.</summary>
internal static class Sources
{
    /// <summary>The folder that holds the solution; the current one where there is none above the program.</summary>
    public static string Root { get; } = FindRoot();

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Orleans.Mmu.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? Environment.CurrentDirectory;
    }
}
