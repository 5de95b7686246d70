namespace Orleans.Mmu.Fuzz.Inputs;

/// <summary>Where the sources lie, whose inputs are the seeds of the cases.</summary>
internal static class Repository
{
    /// <summary>A path below the folder that holds the solution.</summary>
    /// <exception cref="InvalidOperationException">The program does not run from a build of the sources.</exception>
    public static string PathOf(params string[] parts)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Orleans.Mmu.sln")))
                return Path.Combine([folder.FullName, .. parts]);
        }

        throw new InvalidOperationException("Orleans.Mmu.sln is in no folder above the program");
    }
}
