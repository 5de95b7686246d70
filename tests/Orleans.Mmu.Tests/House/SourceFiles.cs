namespace Orleans.Mmu.Tests.House;

/// <summary>The C# files that people write; what a build leaves in obj/ and bin/ is not among them.</summary>
internal static class SourceFiles
{
    public static IEnumerable<string> Under(string folder) =>
        Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal)
            && !file.Contains("/bin/", StringComparison.Ordinal));
}
