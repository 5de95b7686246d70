namespace Orleans.Mmu.Client.Files;

/// <summary>The format of a trace file, chosen by the suffix of its name.</summary>
/// <param name="Suffix">With its dot.</param>
internal sealed record TraceFileFormat(string Suffix)
{
    private static readonly TraceFileFormat Chrome = new(".json");
    private static readonly TraceFileFormat Mermaid = new(".mmd");
    private static readonly TraceFileFormat Casemate = new(".log");

    private static readonly TraceFileFormat[] All = [Chrome, Mermaid, Casemate];

    /// <summary>The suffixes, for errors.</summary>
    public static string Suffixes => string.Join(", ", All.Select(f => f.Suffix));

    /// <summary>The format of a file; null where its name says none.</summary>
    public static TraceFileFormat? Of(string name) =>
        All.FirstOrDefault(f => name.EndsWith(f.Suffix, StringComparison.OrdinalIgnoreCase));

    public static bool IsMermaid(string name) => Of(name) == Mermaid;

    public static bool IsCasemate(string name) => Of(name) == Casemate;
}
