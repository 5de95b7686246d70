using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using ZstdSharp;

namespace Orleans.Mmu.Fuzz.Inputs;

/// <summary>Small valid inputs of formats of which the repository has no small file.</summary>
internal static class Made
{
    // A few thousand records of a trace: enough for every kind of record, and replayed in milliseconds.
    private const int TraceBytes = 32 << 10;

    private const int PageSize = 4096;

    /// <summary>4K pages, 48-bit VA, tables at the root of <see cref="Dump"/>.</summary>
    public const string Registers = "cpu0 TTBR1_EL1 = 0x0002000040000001\ncpu0 TCR_EL1 = 0x005001f5b5503510\n";

    /// <summary>What another model would say of a test.</summary>
    public const string Expected =
        """
        {
          "t.litmus": {
            "noEts": { "states": ["0:X0=0;", "0:X0=1;"] },
            "ets2": { "states": ["0:X0=0;"] },
            "flags": ["bbm"]
          },
          "other.litmus": { "noEts": { "states": [] }, "ets2": { "states": [] }, "flags": [] }
        }
        """;

    /// <summary>A dump with two levels of tables and a block.</summary>
    public static byte[] Dump()
    {
        const ulong root = 0x4000_0000;
        byte[] bytes = new byte[16 + 2 * 8 + 2 * PageSize];
        "A64TBL01"u8.CopyTo(bytes);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(8), PageSize);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(12), 2);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(16), root);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(24), root + PageSize);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(32), (root + PageSize) | 3);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(32 + PageSize), 0x00e8_0000_4000_0705);
        return bytes;
    }

    /// <summary>An ELF core with the dump's tables at the beginning of memory, and VMCOREINFO.</summary>
    public static byte[] Core()
    {
        const int memory = 4096;
        byte[] info = Encoding.ASCII.GetBytes("OSRELEASE=6.18.0\nPAGESIZE=4096\nSYMBOL(swapper_pg_dir)="
            + "ffff800080000000\nNUMBER(TCR_EL1_T1SZ)=0x19\nNUMBER(kimage_voffset)=0xffff800040000000\n");
        byte[] bytes = new byte[memory + 2 * PageSize];
        "\u007fELF\u0002\u0001\u0001"u8.CopyTo(bytes);
        foreach (var (offset, value) in ((int, short)[])[(16, 4), (18, 183), (32, 64), (54, 56), (56, 2)])
            BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(offset), value);
        // A segment of notes, and one of memory at 0x40000000.
        Segment(bytes.AsSpan(64), 4, 256, 0, 24 + (info.Length + 3) / 4 * 4);
        Segment(bytes.AsSpan(120), 1, memory, 0x4000_0000, 2 * PageSize);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(256), 11);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(260), info.Length);
        "VMCOREINFO"u8.CopyTo(bytes.AsSpan(268));
        info.CopyTo(bytes.AsSpan(280));
        Dump().AsSpan(32).CopyTo(bytes.AsSpan(memory));
        return bytes;
    }

    private static void Segment(Span<byte> header, int type, long offset, long physical, long length)
    {
        BinaryPrimitives.WriteInt32LittleEndian(header, type);
        BinaryPrimitives.WriteInt64LittleEndian(header[8..], offset);
        BinaryPrimitives.WriteInt64LittleEndian(header[24..], physical);
        BinaryPrimitives.WriteInt64LittleEndian(header[32..], length);
        BinaryPrimitives.WriteInt64LittleEndian(header[40..], length);
    }

    /// <summary>The beginning of a compressed trace, decompressed, and cut short as it is.</summary>
    public static IEnumerable<FuzzSeed> BeginningsOf(string file)
    {
        byte[] start = new byte[TraceBytes];
        using (var compressed = File.OpenRead(file))
        {
            using var trace = new DecompressionStream(compressed);
            trace.ReadExactly(start);
        }

        yield return new("t.ktr", start);
        yield return new("t.ktr.zst", File.ReadAllBytes(file)[..TraceBytes]);
        using var compressor = new Compressor();
        yield return new("t.ktr.zst", compressor.Wrap(start).ToArray());
    }

    /// <summary>A trace of every other format, and of every other compression.</summary>
    public static IEnumerable<FuzzSeed> Traces()
    {
        byte[] lackey = Encoding.UTF8.GetBytes("==1== Lackey\n" + string.Concat(Enumerable.Range(0, 300).Select(
            i => string.Create(CultureInfo.InvariantCulture,
                $"I  {0x1000 + 4 * i:x8},4\n {"LSM"[i % 3]} {0xffff000000000000 + (ulong)i * 4096:x},8\n"))));
        yield return new("t.lackey", lackey);
        yield return new("t.lackey.gz", Gzip(lackey));
        yield return new("t.zip", Zip(lackey));

        byte[] drmemtrace = new byte[12 * 64];
        for (int i = 0; i < 64; i++)
        {
            var record = drmemtrace.AsSpan(12 * i);
            BinaryPrimitives.WriteUInt16LittleEndian(record, (ushort)(i == 0 ? 25 : i % 4 == 3 ? 10 : i % 2));
            BinaryPrimitives.WriteUInt16LittleEndian(record[2..], 8);
            BinaryPrimitives.WriteUInt64LittleEndian(record[4..], i == 0 ? 6 : 0x7f00_0000_0000 + (ulong)i * 4096);
        }

        yield return new("t.drmemtrace", drmemtrace);
        yield return new("t.champsim", new byte[64 * 32]);
    }

    private static byte[] Gzip(byte[] bytes)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(bytes);
        return compressed.ToArray();
    }

    private static byte[] Zip(byte[] bytes)
    {
        using var compressed = new MemoryStream();
        using (var archive = new ZipArchive(compressed, ZipArchiveMode.Create, leaveOpen: true))
        {
            var entry = archive.CreateEntry("a");
            // The current time would differ from run to run.
            entry.LastWriteTime = new DateTimeOffset(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);
            using var stream = entry.Open();
            stream.Write(bytes);
        }

        return compressed.ToArray();
    }
}
