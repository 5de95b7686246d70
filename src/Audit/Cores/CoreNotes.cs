using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Orleans.Mmu.Arm.Dumps;

namespace Orleans.Mmu.Audit.Cores;

/// <summary>Finds the note VMCOREINFO, which the kernel wrote for those who read its dumps.</summary>
internal static class CoreNotes
{
    // A note of a CPU's registers has some hundred bytes; /proc/kcore and 16,384 CPUs stay far below.
    private const int MostBytes = 64 << 20;
    private const int HeaderBytes = 12;

    /// <summary>The note's text; null where no segment of notes has it.</summary>
    /// <exception cref="DumpException">A segment of notes is cut or malformed.</exception>
    public static string? FindVmcoreInfo(IDumpBytes file, IEnumerable<ElfSegment> segments)
    {
        foreach (var segment in segments)
        {
            if (segment.Type != ElfSegment.Note)
                continue;
            if (segment.FileBytes > MostBytes)
                throw new DumpException(Text(
                    $"offset {segment.Offset}: expected {MostBytes} bytes of notes at most, found {segment
                        .FileBytes}"));
            byte[] bytes = ElfHeaders.Bytes(file, segment.Offset, (int)segment.FileBytes, "notes");
            if (Find(bytes, segment.Offset) is { } text)
                return text;
        }

        return null;
    }

    private static string? Find(ReadOnlySpan<byte> notes, ulong offset)
    {
        int at = 0;
        while (notes.Length - at >= HeaderBytes)
        {
            uint name = BinaryPrimitives.ReadUInt32LittleEndian(notes[at..]);
            uint content = BinaryPrimitives.ReadUInt32LittleEndian(notes[(at + 4)..]);
            // The kernel leaves room for CPUs that never came up: zeros to the end.
            if (name == 0 && content == 0)
                return null;
            long begin = at + HeaderBytes + Aligned(name);
            if (begin + content > notes.Length)
                throw new DumpException(string.Create(CultureInfo.InvariantCulture,
                    $"offset {offset + (ulong)at}: expected a note that ends within its segment, found {name} bytes of "
                    + $"name and {content} of content"));
            if (notes.Slice(at + HeaderBytes, (int)name).TrimEnd((byte)0).SequenceEqual("VMCOREINFO"u8))
                return Encoding.Latin1.GetString(notes.Slice((int)begin, (int)content).TrimEnd((byte)0));
            long next = begin + Aligned(content);
            if (next >= notes.Length)
                return null;
            at = (int)next;
        }

        return null;
    }

    private static long Aligned(uint bytes) => ((long)bytes + 3) / 4 * 4;

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
