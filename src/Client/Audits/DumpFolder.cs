using Orleans.Mmu.Inputs;

namespace Orleans.Mmu.Client.Audits;

/// <summary>A folder that is named in place of the dump in it.</summary>
internal static class DumpFolder
{
    private static readonly string[] Dumps =
        ["tables.bin.zst", "tables.bin", "kernel_page_tables", "ptdump.txt", "vmcore"];

    private const string Registers = "registers.txt";

    /// <summary>
    /// " (mmu audit FOLDER/tables.bin.zst --registers FOLDER/registers.txt)" for an error; what a dump may be where the
    /// folder has none by a usual name.
    /// </summary>
    public static string Hint(string directory)
    {
        if (Array.Find(Dumps, d => File.Exists(Path.Combine(directory, d))) is not { } dump)
            return $" (name a file in it: a ptdump, a core, or {Dumps[0]} with --registers {Registers})";
        string folder = OneLine.Of(directory.TrimEnd('/'));
        bool needsRegisters = dump.StartsWith("tables", StringComparison.Ordinal);
        string registers = File.Exists(Path.Combine(directory, Registers)) ? $"{folder}/{Registers}" : "FILE";
        return $" (mmu audit {folder}/{dump}{(needsRegisters ? $" --registers {registers}" : "")})";
    }
}
