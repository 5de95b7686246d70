namespace Orleans.Mmu.Tests.Truth;

/// <summary>Where the dumps of real kernels lie: beside the repository, and not part of it.</summary>
internal static class TruthFolder
{
    /// <summary>../shared/truth of the repository root, or what MMU_TRUTH names; null where there is none.</summary>
    public static string? Path { get; } = Find();

    /// <summary>Why tests that need it are skipped, or null.</summary>
    public static string? Missing { get; } =
        Path is null ? "no dumps of real kernels beside the repository (../shared/truth, or MMU_TRUTH)" : null;

    /// <summary>The names of the boots, in order.</summary>
    public static IReadOnlyList<string> Boots { get; } =
        Path is null ? [] : [.. Directory.GetDirectories(Path).Select(d => System.IO.Path.GetFileName(d)!).Order(StringComparer.Ordinal)];

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable("MMU_TRUTH") is { Length: > 0 } named)
            return Directory.Exists(named) ? named : null;
        string truth = System.IO.Path.Combine(Repository.Root, "..", "shared", "truth");
        return Directory.Exists(truth) ? truth : null;
    }
}
