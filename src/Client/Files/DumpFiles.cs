using Orleans.Mmu.Arm.Dumps;
using Orleans.Mmu.Arm.Tables;
using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Inputs;
using ZstdSharp;

namespace Orleans.Mmu.Client.Files;

/// <summary>Opens dumps of tables, compressed with zstd or not, and of registers.</summary>
internal static class DumpFiles
{
    private const int MaxRegisterBytes = 16 << 20;
    private static readonly byte[] ZstdMagic = [0x28, 0xb5, 0x2f, 0xfd];

    /// <exception cref="UsageException">It cannot be read, or it is no dump.</exception>
    public static TableDump ReadTables(string path) => Explain(path, () => InputFile.Read(path, "a dump of tables", stream =>
    {
        // The first bytes say what it is; a pipe cannot be read twice, so they are put back in front.
        byte[] start = new byte[ZstdMagic.Length];
        int read = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        using var whole = new PrefixedStream(start.AsMemory(0, read), stream);
        if (!start.AsSpan().SequenceEqual(ZstdMagic))
            return TableDump.Read(whole);
        try
        {
            // Decompression goes on only as far as the dump's own header asks for.
            using var raw = new DecompressionStream(whole);
            return TableDump.Read(raw);
        }
        catch (Exception e) when (e is ZstdException or EndOfStreamException)
        {
            throw new DumpException($"expected zstd data, found damage: {e.Message}");
        }
    }));

    /// <exception cref="UsageException">It cannot be read, or a register is missing.</exception>
    /// <exception cref="InputException">A line is wrong.</exception>
    public static UpperRegime ReadRegisters(string path) => Explain(path, () =>
        UpperRegime.Of(RegisterFile.Parse(InputFile.ReadText(path, "a file of registers", MaxRegisterBytes))));

    /// <exception cref="UsageException">The pages and the regime make no tables.</exception>
    public static TableSnapshot Decode(string path, TableDump dump, UpperRegime regime) => Explain(path, () => DumpedTables.Decode(dump, regime));

    private static T Explain<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (DumpException e)
        {
            throw e.Line is { } line ? new InputException(path, line, e.Message) : new UsageException($"{path}: {e.Message}", e);
        }
    }
}
