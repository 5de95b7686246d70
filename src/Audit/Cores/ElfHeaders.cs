using System.Buffers.Binary;
using System.Globalization;
using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Dumps;

namespace Orleans.Mmu.Audit.Cores;

/// <summary>
/// The headers of an ELF core of arm64, as kdump, makedumpfile -E, QEMU's dump-guest-memory and /proc/kcore write it.
/// </summary>
internal static class ElfHeaders
{
    /// <summary>The most program headers.</summary>
    public const int MostSegments = 1 << 20;

    private const int HeaderBytes = 64;
    private const int SegmentBytes = 56;
    private const int SectionBytes = 64;
    private const ushort Arm64 = 183;
    private const ushort CoreFile = 4;

    // PN_XNUM: the number of program headers is in section header 0.
    private const ushort Extended = 0xffff;

    public static ReadOnlySpan<byte> Magic => "\u007fELF"u8;

    /// <summary>The program headers, in their order.</summary>
    /// <exception cref="DumpException">The file is no such core, or ends within its headers.</exception>
    public static IReadOnlyList<ElfSegment> Read(IDumpBytes file)
    {
        var header = Bytes(file, 0, HeaderBytes, "an ELF header");
        if (header[4] != 2 || header[5] != 1)
            throw new DumpException(
                $"offset 4: expected a 64-bit little-endian ELF file, found class {header[4]} and data {header[5]}");
        ushort machine = BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(18));
        if (machine != Arm64)
            throw new DumpException(Text($"offset 18: expected an ELF file of arm64 (machine 183), found {machine}"));
        ushort type = BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(16));
        if (type != CoreFile)
            throw new DumpException(Text($"offset 16: expected an ELF core (type 4), found type {type}"));
        ushort size = BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(54));
        if (size != SegmentBytes)
            throw new DumpException(Text($"offset 54: expected program headers of 56 bytes, found {size}"));
        ulong table = BinaryPrimitives.ReadUInt64LittleEndian(header.AsSpan(32));
        uint count = BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(56));
        if (count == Extended)
            count = CountOf(file, BinaryPrimitives.ReadUInt64LittleEndian(header.AsSpan(40)));
        if (count is 0 or > MostSegments)
            throw new DumpException(
                Text($"offset 56: expected 1 to {MostSegments} program headers, found {count}"));
        byte[] bytes = Bytes(file, table, (int)count * SegmentBytes, Text($"{count} program headers"));
        var segments = new ElfSegment[count];
        for (int i = 0; i < count; i++)
            segments[i] = Segment(bytes.AsSpan(i * SegmentBytes, SegmentBytes));
        return segments;
    }

    /// <summary>Bytes of the file.</summary>
    /// <param name="what">What they are, for the error.</param>
    /// <exception cref="DumpException">The file ends before.</exception>
    public static byte[] Bytes(IDumpBytes file, ulong offset, int count, string what)
    {
        if (offset > (ulong)file.Length || (ulong)count > (ulong)file.Length - offset)
            throw new DumpException(Text(
                $"offset {offset}: expected {count} bytes of {what}, found the end of the file at {file.Length}"));
        byte[] bytes = new byte[count];
        int read = file.Read((long)offset, bytes);
        return read == count ? bytes : throw new DumpException(
            Text($"offset {offset}: expected {count} bytes of {what}, found {read}"));
    }

    private static uint CountOf(IDumpBytes file, ulong sections) =>
        BinaryPrimitives.ReadUInt32LittleEndian(
            Bytes(file, sections, SectionBytes, "section header 0, with the number of program headers").AsSpan(44));

    private static ElfSegment Segment(ReadOnlySpan<byte> bytes) => new(
        BinaryPrimitives.ReadUInt32LittleEndian(bytes), BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]),
        new VirtualAddress(BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..])),
        BinaryPrimitives.ReadUInt64LittleEndian(bytes[24..]), BinaryPrimitives.ReadUInt64LittleEndian(bytes[32..]),
        BinaryPrimitives.ReadUInt64LittleEndian(bytes[40..]));

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
