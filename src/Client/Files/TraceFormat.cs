namespace Orleans.Mmu.Client.Files;

/// <summary>What a trace is written as: the end of its file's name says it.</summary>
internal static class TraceFormat
{
    public static bool IsMermaid(string name) => name.EndsWith(".mmd", StringComparison.OrdinalIgnoreCase);

    public static bool IsCasemate(string name) => name.EndsWith(".log", StringComparison.OrdinalIgnoreCase);
}
