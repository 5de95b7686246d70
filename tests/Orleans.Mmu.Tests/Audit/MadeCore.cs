using System.Buffers.Binary;
using System.Text;
using Orleans.Mmu.Tests.Arm;

namespace Orleans.Mmu.Tests.Audit;

/// <summary>Which QEMU wrote a core.</summary>
internal enum QemuAge
{
    Before4,
    Now,
}

/// <summary>ELF cores of arm64 for tests, made of the pages of a tables.bin.</summary>
internal sealed class MadeCore
{
    /// <summary>VMCOREINFO that leads to <see cref="DumpBytes.Root"/>.</summary>
    public const string Info =
        """
        OSRELEASE=6.18.15-test
        PAGESIZE=4096
        SYMBOL(swapper_pg_dir)=ffff800080000000
        NUMBER(VA_BITS)=48
        NUMBER(TCR_EL1_T1SZ)=0x10
        NUMBER(PHYS_OFFSET)=0x40000000
        NUMBER(kimage_voffset)=0xffff800040000000

        """;

    private const int HeaderBytes = 64;
    private const int SegmentBytes = 56;

    /// <summary>The note VMCOREINFO; null for none.</summary>
    public string? Note { get; init; } = Info;

    /// <summary>The number of program headers is in section header 0.</summary>
    public bool IsExtended { get; init; }

    /// <summary>All pages, which follow each other, are one segment.</summary>
    public bool IsOneSegment { get; init; }

    /// <summary>
    /// The layout of QEMU's dump-guest-memory: p_vaddr is p_paddr (0 before QEMU 4.0), and registers of two CPUs come
    /// before VMCOREINFO.
    /// </summary>
    public QemuAge? Qemu { get; init; }

    /// <summary>p_paddr of every segment; null for the right ones.</summary>
    public ulong? Physical { get; init; }

    /// <summary>The page whose bytes the dump leaves out; 0 for none.</summary>
    public ulong LeftOut { get; init; }

    /// <summary>The core: a segment for each page, with linear addresses from PAGE_OFFSET on.</summary>
    public byte[] Of(byte[] tables)
    {
        int count = BinaryPrimitives.ReadInt32LittleEndian(tables.AsSpan(12));
        byte[] note = [.. Qemu is null ? [] : Registers(), .. Note is null ? [] : NoteOf(Note)];
        int segments = IsOneSegment ? 1 : count;
        int headers = HeaderBytes + (segments + 1) * SegmentBytes;
        int sections = headers;
        int at = headers + 64 + note.Length;
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write("\u007fELF"u8);
        writer.Write([2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        writer.Write((ushort)4);
        writer.Write((ushort)183);
        writer.Write(1);
        writer.Write(0UL);
        writer.Write((ulong)HeaderBytes);
        writer.Write((ulong)sections);
        writer.Write(0);
        writer.Write((ushort)HeaderBytes);
        writer.Write((ushort)SegmentBytes);
        writer.Write(IsExtended ? (ushort)0xffff : (ushort)(segments + 1));
        writer.Write((ushort)64);
        writer.Write((ushort)1);
        writer.Write((ushort)0);
        Segment(writer, 4, (ulong)(headers + 64), 0, 0, (ulong)note.Length, 0);
        for (int i = 0; i < segments; i++)
        {
            ulong pa = BinaryPrimitives.ReadUInt64LittleEndian(tables.AsSpan(16 + 8 * i));
            ulong bytes = IsOneSegment ? 4096 * (ulong)count : 4096;
            ulong va = Qemu switch
            {
                QemuAge.Now => pa,
                QemuAge.Before4 => 0,
                null => MadeMap.Linear + (pa - MadeMap.Ram),
                _ => throw new InvalidOperationException("no such age"),
            };
            Segment(writer, 1, (ulong)(at + 4096 * i), va, Physical ?? pa,
                pa == LeftOut ? 0UL : bytes, bytes);
        }

        byte[] section = new byte[64];
        BinaryPrimitives.WriteInt32LittleEndian(section.AsSpan(44), segments + 1);
        writer.Write(section);
        writer.Write(note);
        writer.Write(tables.AsSpan(16 + 8 * count));
        return stream.ToArray();
    }

    // NT_PRSTATUS and NT_PRFPREG of arm64 for each CPU.
    private static byte[] Registers()
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        foreach (var (type, bytes) in (ReadOnlySpan<(int, int)>)[(1, 392), (2, 528), (1, 392), (2, 528)])
        {
            writer.Write([5, 0, 0, 0]);
            writer.Write(bytes);
            writer.Write(type);
            writer.Write("CORE\0\0\0\0"u8);
            writer.Write(new byte[bytes]);
        }

        return stream.ToArray();
    }

    private static byte[] NoteOf(string text)
    {
        byte[] content = Encoding.ASCII.GetBytes(text);
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        // QEMU writes a note of registers for each CPU first.
        writer.Write([5, 0, 0, 0, 8, 0, 0, 0, 1, 0, 0, 0]);
        writer.Write("CORE\0\0\0\0"u8);
        writer.Write(0UL);
        writer.Write([11, 0, 0, 0]);
        writer.Write(content.Length);
        writer.Write(0);
        writer.Write("VMCOREINFO\0\0"u8);
        writer.Write(content);
        writer.Write(new byte[(4 - content.Length % 4) % 4]);
        return stream.ToArray();
    }

    private static void Segment(
        BinaryWriter writer, int type, ulong offset, ulong va, ulong pa, ulong fileBytes, ulong memoryBytes)
    {
        writer.Write(type);
        writer.Write(4);
        foreach (ulong value in (ulong[])[offset, va, pa, fileBytes, memoryBytes, 0])
            writer.Write(value);
    }
}
