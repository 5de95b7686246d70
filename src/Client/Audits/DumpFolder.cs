using Orleans.Mmu.Inputs;

namespace Orleans.Mmu.Client.Audits;

/// <summary>A folder that is named in place of the dump in it.</summary>
internal static class DumpFolder
{
    private static readonly string[] Dumps =
        ["tables.bin.zst", "tables.bin", "kernel_page_tables", "ptdump.txt", "vmcore"];

    private const string Registers = "registers.txt";

    /// <summary>
    /// " (mmu audit FOLDER/tables.bin.zst --registers FOLDER/registers.txt)" for an error; empty where the folder has
    /// no dump by a usual name; null for a file.
    /// </summary>
    public static string? Hint(AuditRequest request)
    {
        if (!Directory.Exists(request.File))
            return null;
        if (Array.Find(Dumps, d => File.Exists(Path.Combine(request.File, d))) is not { } dump)
            return "";
        bool needsRegisters = dump.StartsWith("tables", StringComparison.Ordinal)
            && File.Exists(Path.Combine(request.File, Registers));
        string folder = OneLine.Of(request.File.TrimEnd('/'));
        return $" (mmu audit {folder}/{dump}{(needsRegisters ? $" --registers {folder}/{Registers}" : "")})";
    }
}
