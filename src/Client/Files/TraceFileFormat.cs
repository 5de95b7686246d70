namespace Orleans.Mmu.Client.Files;

/// <summary>The format of a trace file, chosen by the suffix of its name.</summary>
internal static class TraceFileFormat
{
    public static bool IsMermaid(string name) => name.EndsWith(".mmd", StringComparison.OrdinalIgnoreCase);

    public static bool IsCasemate(string name) => name.EndsWith(".log", StringComparison.OrdinalIgnoreCase);
}
