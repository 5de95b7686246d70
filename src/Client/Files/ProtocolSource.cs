using Orleans.Mmu.Checking.Protocols;
using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Linux.ProtocolFiles;

namespace Orleans.Mmu.Client.Files;

/// <summary>A protocol as a command line names it: a built-in one, or a protocol file.</summary>
internal static class ProtocolSource
{
    private const string Suffix = ".protocol";

    /// <summary>Whether the argument is a file's name; otherwise it is a built-in protocol's.</summary>
    public static bool IsFile(string argument) =>
        HasSuffix(argument)
            || argument.Contains('/', StringComparison.Ordinal)
            || argument.Contains(Path.DirectorySeparatorChar, StringComparison.Ordinal);

    /// <summary>Whether a name is a protocol file's by its end.</summary>
    public static bool HasSuffix(string argument) => argument.EndsWith(Suffix, StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// What to add to the error for a name that no built-in protocol has: how a file is named, where there is a file.
    /// </summary>
    public static string FileHint(string argument) => File.Exists(argument)
        ? $" (a file's name ends in {Suffix} or has a /)" : string.Empty;

    /// <summary>The protocol; null where no built-in one has the name.</summary>
    /// <exception cref="UsageException">The file cannot be read.</exception>
    /// <exception cref="InputException">The file holds no protocol.</exception>
    public static CheckedProtocol? Find(string argument) => IsFile(argument)
        ? CheckedProtocols.Parse(argument, InputFile.ReadText(
            argument, "a protocol file", ProtocolReader.MaxBytes,
            HasSuffix(argument) ? null : "expected a protocol file or a folder of litmus tests, found neither"))
        : NearestName.Same(argument, CheckedProtocols.All.Select(p => p.Name)) is { } name
        ? CheckedProtocols.Find(name) : null;
}
