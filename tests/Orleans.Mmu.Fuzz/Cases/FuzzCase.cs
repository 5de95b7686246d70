using System.Collections.Immutable;

namespace Orleans.Mmu.Fuzz.Cases;

/// <summary>A file that a command line names.</summary>
internal sealed record FuzzFile(string Name, byte[] Bytes);

/// <summary>One command line of mmu, and the files that it reads.</summary>
/// <param name="Seed">Makes the same case again.</param>
/// <param name="Arguments">
/// The command line. A file of the case appears in it as its name behind <see cref="Folder"/>.
/// </param>
internal sealed record FuzzCase(
    long Seed, ImmutableArray<string> Arguments, ImmutableArray<FuzzFile> Files)
{
    /// <summary>Stands in arguments for the folder that holds the files of the case.</summary>
    public const string Folder = "{folder}/";

    /// <summary>The first word of the command line, for statistics.</summary>
    public required string Verb { get; init; }

    /// <summary>The size of all files and arguments in bytes.</summary>
    public long Bytes => Files.Sum(f => (long)f.Bytes.Length) + Arguments.Sum(a => (long)a.Length);

    /// <summary>The arguments for a folder that holds the files.</summary>
    public string[] ArgumentsIn(string folder) =>
        [.. Arguments.Select(a => a.Replace(Folder, folder + "/", StringComparison.Ordinal))];
}
