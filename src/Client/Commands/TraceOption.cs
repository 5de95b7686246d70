using System.CommandLine;
using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Client.Files;
using Orleans.Mmu.Client.Terminals;

namespace Orleans.Mmu.Client.Commands;

/// <summary>--trace FILE of boot and check: a file to write, in the format that the end of its name says.</summary>
internal static class TraceOption
{
    private const string Name = "--trace";

    /// <param name="what">What is written: "what every CPU did".</param>
    public static Option<string?> Create(string what) => new WrittenFileOption(Name)
    {
        HelpName = "FILE",
        Description =
            $"Write {what}: Chrome trace JSON for ui.perfetto.dev where the name ends in .json, Mermaid in .mmd, a "
            + "casemate trace of the page tables in .log.",
    };

    /// <exception cref="UsageException">
    /// The name's end says no format, the file cannot be written, or it is a memory trace, which is an
    /// input of other verbs.
    /// </exception>
    public static OutputFile Open(string file)
    {
        var output = OutputFile.Open(Name, file);
        if (TraceFileFormat.Of(file) is null)
            throw new UsageException(
                $"{Name}: expected a name that ends in {TraceFileFormat.Suffixes}, found {GivenValue.Quoted(file)}");
        if (MemoryTraceFile.IsOne(file))
            throw new UsageException($"{Name}: expected a file to write, found the memory trace {file}");
        return output;
    }
}
