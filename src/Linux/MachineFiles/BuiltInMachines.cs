using System.Reflection;
using Orleans.Mmu.Inputs;

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

    /// <summary>The text of a built-in machine's file, or null. The case of the name does not matter.</summary>
    public static string? Find(string name)
    {
        if (NearestName.Same(name, Names) is not { } known)
            return null;
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(Prefix + known + Suffix)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    /// <summary>A one-line description of a built-in machine: the comment that its file begins with.</summary>
    public static string Summary(string name) =>
        Find(name)?.Split('\n')[0] is ['/', '/', .. string comment] ? comment.Trim() : "";
}
