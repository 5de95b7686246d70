using System.CommandLine;
using System.CommandLine.Parsing;
using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Client.Files;
using Orleans.Mmu.Import.Places;

namespace Orleans.Mmu.Client.Commands;

/// <summary>
/// An option that names a file to write. Such a file is neither one that the command reads nor another option's.
/// </summary>
internal sealed class WrittenFileOption(string name, params string[] aliases) : Option<string?>(name, aliases)
{
    private const int MostMembers = 1000;

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

        var inputs = read.Where(Path.Exists).Select(r => (Path: r, File: FileIdentity.Of(r))).ToList();
        for (int i = 0; i < written.Count; i++)
        {
            var (option, path) = written[i];
            if (IsDevice(path) || FileIdentity.Of(path) is not { } file)
                continue;
            if (written.Take(i).FirstOrDefault(w => w.Option != option && FileIdentity.Of(w.Path) == file)
                is { Option: { } other })
                throw new UsageException($"{other} and {option}: expected two files, found {path} for both");
            if (inputs.Exists(r => r.File == file || (Directory.Exists(r.Path)
                && (IsReadIn(r.File, path) || MembersOf(r.Path).Any(m => FileIdentity.Of(m) == file)))))
                throw new UsageException(
                    $"{option}: expected a file of its own, found {path}, which the command reads");
        }
    }

    // What is written to a device or a terminal replaces nothing.
    private static bool IsDevice(string path) => path.StartsWith("/dev/", StringComparison.Ordinal);

    // The files of a folder that commands read are known by their names.
    private static bool IsKnown(string path) => FileNames.KindOf(path) is not null
        || path.EndsWith(".litmus", StringComparison.OrdinalIgnoreCase)
        || path.Contains(".ktr", StringComparison.OrdinalIgnoreCase);

    // Some of them may be links.
    private static IEnumerable<string> MembersOf(string folder)
    {
        try
        {
            return [.. Directory.EnumerateFiles(folder).Where(IsKnown).Take(MostMembers)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return []; // Reading it says what is wrong.
        }
    }

    private static bool IsReadIn(FileIdentity? folder, string path)
    {
        string target = FileIdentity.Target(path);
        if (!File.Exists(target) || !IsKnown(target))
            return false;
        for (string? above = Path.GetDirectoryName(target); above is not null; above = Path.GetDirectoryName(above))
        {
            if (FileIdentity.Of(above) == folder)
                return true;
        }

        return false;
    }
}
