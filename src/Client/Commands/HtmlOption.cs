using System.CommandLine;
using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Client.Terminals;

namespace Orleans.Mmu.Client.Commands;

/// <summary>--html FILE of the verbs that answer: the answer as one page that needs no other file.</summary>
internal static class HtmlOption
{
    private const string Name = "--html";

    /// <param name="what">What the page shows: "the counterexample, event by event".</param>
    public static Option<string?> Create(string what) => new WrittenFileOption(Name)
    {
        HelpName = "FILE",
        Description =
            $"Write a page that shows {what}: one file, to open in a browser, to mail, to keep with a CI run.",
    };

    /// <exception cref="UsageException">The file cannot be written.</exception>
    public static OutputFile Open(string file) => OutputFile.Open(Name, file);
}
