namespace Orleans.Mmu.Tests.Truth;

/// <summary>
/// Where the boots of real kernels lie: copies beside these tests, or more of them where MMU_TRUTH says.
/// </summary>
internal static class TruthFolder
{
    public static string Path { get; } = Environment.GetEnvironmentVariable("MMU_TRUTH") is { Length: > 0 } named
        ? named
        : System.IO.Path.Combine(Repository.Root, "tests", "Orleans.Mmu.Tests", "Truth", "cases");

    /// <summary>The names of the boots, in order.</summary>
    public static IReadOnlyList<string> Boots { get; } =
        [.. Directory.GetDirectories(Path).Select(d => System.IO.Path.GetFileName(d)!).Order(StringComparer.Ordinal)];

    /// <summary>A file of a boot.</summary>
    public static string File(string boot, string name) => System.IO.Path.Combine(Path, boot, name);
}

/// <summary>Gives a theory the name of every boot there is.</summary>
public sealed class TruthBoots : TheoryData<string>
{
    public TruthBoots()
    {
        foreach (string boot in TruthFolder.Boots)
            Add(boot);
    }
}
