using Orleans.Mmu.Arm.Dumps;
using Orleans.Mmu.Arm.Tables;
using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Inputs;
using ZstdSharp;

namespace Orleans.Mmu.Client.Files;

/// <summary>Opens dumps of tables, optionally compressed with zstd, and files of registers.</summary>
internal static class DumpFiles
{
    private const int MaxRegisterBytes = 16 << 20;
    private static readonly byte[] ZstdMagic = [0x28, 0xb5, 0x2f, 0xfd];

    /// <exception cref="UsageException">The file cannot be read, or is no dump.</exception>
    public static TableDump ReadTables(string path) =>
        Explain(path, () => InputFile.Read(path, "a dump of tables", stream =>
    {
        // The first bytes tell whether the dump is compressed. A pipe cannot be read twice, so they are put back in
        // front.
        byte[] start = new byte[ZstdMagic.Length];
        int read = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        using var whole = new PrefixedStream(start.AsMemory(0, read), stream);
        if (!start.AsSpan().SequenceEqual(ZstdMagic))
            return TableDump.Read(whole);
        try
        {
            // Decompression stops where the dump ends according to its header.
            using var raw = new DecompressionStream(whole);
            return TableDump.Read(raw);
        }
        catch (Exception e) when (e is ZstdException or EndOfStreamException)
        {
            throw new DumpException(
                e is EndOfStreamException ? "expected zstd data to its end, found a file that is cut short"
                    : "expected zstd data, found damage");
        }
    }));

    /// <exception cref="UsageException">The file cannot be read, or a register is missing.</exception>
    /// <exception cref="InputException">A line is malformed.</exception>
    public static UpperRegime ReadRegisters(string path) => Explain(path, () =>
        UpperRegime.Of(RegisterFile.Parse(InputFile.ReadText(path, "a file of registers", MaxRegisterBytes))));

    /// <exception cref="UsageException">The pages do not form tables for the regime.</exception>
    public static TableSnapshot Decode(string path, TableDump dump, UpperRegime regime) =>
        Explain(path, () => DumpedTables.Decode(dump, regime));

    private static T Explain<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (DumpException e)
        {
            throw e.Line is { } line
                ? new InputException(path, line, e.Message) : new UsageException($"{path}: {e.Message}", e);
        }
    }
}
