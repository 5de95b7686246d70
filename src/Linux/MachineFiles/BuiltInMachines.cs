using System.Reflection;

namespace Orleans.Mmu.Linux.MachineFiles;

/// <summary>The machines that ship with the program, stored as machine files.</summary>
public static class BuiltInMachines
{
    private const string Prefix = "machines/";
    private const string Suffix = ".jsonc";

    /// <summary>The names of the machines, sorted.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        .. Assembly.GetExecutingAssembly().GetManifestResourceNames()
            .Where(n => n.StartsWith(Prefix, StringComparison.Ordinal))
            .Select(n => n[Prefix.Length..^Suffix.Length])
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>The text of a built-in machine's file, or null.</summary>
    public static string? Find(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(Prefix + name + Suffix);
        if (stream is null)
            return null;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    /// <summary>A one-line description of a built-in machine: the comment that its file begins with.</summary>
    public static string Summary(string name) =>
        Find(name)?.Split('\n')[0] is ['/', '/', .. string comment] ? comment.Trim() : "";
}
