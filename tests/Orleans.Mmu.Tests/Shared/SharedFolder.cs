namespace Orleans.Mmu.Tests.Shared;

/// <summary>Other people's files, which lie next to the sources and are not part of them.</summary>
internal static class SharedFolder
{
    /// <summary>The folder; it may be missing.</summary>
    public static string Path { get; } =
        System.IO.Path.GetFullPath(System.IO.Path.Combine(Repository.Root, "..", "shared"));

    /// <summary>A folder in it.</summary>
    public static string Of(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Why tests that need a folder in it are skipped; null where it is there.</summary>
    public static string? Missing(string name) =>
        Directory.Exists(Of(name)) ? null : $"needs the folder ../shared/{name}, which is not here";

    /// <summary>The files of a folder in it; none where it is missing.</summary>
    public static IEnumerable<string> Files(string name, string pattern) => Missing(name) is null
        ? Directory.GetFiles(Of(name), pattern).Select(f => System.IO.Path.GetFileName(f)).Order(StringComparer.Ordinal)
        : [];
}

/// <summary>A theory over files of the shared folder; skipped, saying why, where it is missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SharedTheoryAttribute : TheoryAttribute
{
    public SharedTheoryAttribute(string folder) => Skip = SharedFolder.Missing(folder);
}

/// <summary>The same for a single test.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SharedFactAttribute : FactAttribute
{
    public SharedFactAttribute(string folder) => Skip = SharedFolder.Missing(folder);
}
