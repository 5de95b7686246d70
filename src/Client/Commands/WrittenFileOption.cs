using System.CommandLine;
using System.CommandLine.Parsing;
using Orleans.Mmu.Client.Exits;

namespace Orleans.Mmu.Client.Commands;

/// <summary>
/// An option that names a file to write. Such a file is neither one that the command reads nor another option's.
/// </summary>
internal sealed class WrittenFileOption(string name, params string[] aliases) : Option<string?>(name, aliases)
{
    /// <summary>
    /// What is added to the name that is given, for each file that is written; "" for the name itself.
    /// </summary>
    public IReadOnlyList<string> Suffixes { get; init; } = [""];

    /// <summary>Refuses a command line whose outputs would replace an input or each other.</summary>
    /// <exception cref="UsageException">
    /// Two names of the command line lead to one file, and one of them is written.
    /// </exception>
    public static void RefuseShared(ParseResult parsed)
    {
        List<(string Option, string Path)> written = [];
        List<string> read = [];
        foreach (var child in parsed.CommandResult.Children)
        {
            if (child is OptionResult { Option: WrittenFileOption option })
                written.AddRange(child.Tokens.SelectMany(
                    t => option.Suffixes.Select(suffix => (option.Name, t.Value + suffix))));
            else
                read.AddRange(child.Tokens.Select(t => t.Value));
        }

        foreach (var (option, path) in written.Where(w => !IsDevice(w.Path)))
        {
            if (written.FirstOrDefault(w => w.Option != option && IsSame(w.Path, path)) is { Option: { } other })
                throw new UsageException($"{option} and {other}: expected two files, found {path} for both");
            if (read.Exists(r => File.Exists(r) && IsSame(r, path)))
                throw new UsageException(
                    $"{option}: expected a file of its own, found {path}, which the command reads");
        }
    }

    // What is written to a device or a terminal replaces nothing.
    private static bool IsDevice(string path) => path.StartsWith("/dev/", StringComparison.Ordinal);

    private static bool IsSame(string one, string other) =>
        one.Length > 0 && other.Length > 0 && string.Equals(Real(one), Real(other), StringComparison.Ordinal);

    // A link leads to the file that is written.
    private static string Real(string path)
    {
        try
        {
            return (File.Exists(path) ? File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName : null)
                ?? Path.GetFullPath(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return path; // Opening it says what is wrong.
        }
    }
}
