namespace Orleans.Mmu.Tests.Litmus;

/// <summary>The litmus tests of this project: a folder for changes of live tables, one for the dance.</summary>
internal static class OwnTests
{
    public static string Folder { get; } = Path.Combine(Repository.Root, "tests", "litmus");

    /// <summary>Paths below the folder.</summary>
    public static IEnumerable<string> Files { get; } =
        [.. Directory.GetFiles(Folder, "*.litmus", SearchOption.AllDirectories)
            .Select(f => Path.GetRelativePath(Folder, f)).Order(StringComparer.Ordinal)];

    public static string Read(string file) => File.ReadAllText(Path.Combine(Folder, file));
}
