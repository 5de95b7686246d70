using System.Buffers.Binary;
using System.Numerics;
using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Import.Texts;
using Orleans.Mmu.Inputs;

namespace Orleans.Mmu.Import.Resources;

/// <summary>
/// Reads the head of /proc/kcore, an ELF core. A segment of memory has its virtual and its physical address; one of
/// anything else has no physical address (fs/proc/kcore.c: get_kcore_size, read_kcore_iter).
/// </summary>
internal static class KernelCoreReader
{
    /// <summary>The bytes that suffice for the headers of thousands of segments.</summary>
    public const int HeadBytes = 64 << 10;

    private const int Arm64 = 183;
    private const int HeaderBytes = 64;
    private const int SegmentBytes = 56;
    private const uint Load = 1;

    /// <exception cref="InputException">The file is no ELF core of arm64, or has no segment of memory.</exception>
    public static KernelCore Read(ImportFile file)
    {
        var bytes = file.Content.Span;
        if (bytes.StartsWith("\u007fELF"u8) && bytes.Length < HeaderBytes)
            throw file.Error(
                1, $"expected an ELF header of {HeaderBytes} bytes, found {bytes.Length}: the file is cut");
        if (bytes.Length < HeaderBytes || !bytes.StartsWith("\u007fELF"u8) || bytes[4] != 2 || bytes[5] != 1
            || BinaryPrimitives.ReadUInt16LittleEndian(bytes[18..]) != Arm64)
            throw file.Error(1, "expected the head of /proc/kcore, an ELF core of arm64, found another file");
        ulong table = BinaryPrimitives.ReadUInt64LittleEndian(bytes[32..]);
        int count = BinaryPrimitives.ReadUInt16LittleEndian(bytes[56..]);
        for (int i = 0; i < count; i++)
        {
            ulong at = table + (ulong)(i * SegmentBytes);
            if (at > (ulong)(bytes.Length - SegmentBytes))
                throw file.Error(1, $"expected {count} headers of segments, found the end of the file in number {i}");
            var segment = bytes[(int)at..];
            ulong va = BinaryPrimitives.ReadUInt64LittleEndian(segment[16..]);
            ulong pa = BinaryPrimitives.ReadUInt64LittleEndian(segment[24..]);
            if (BinaryPrimitives.ReadUInt32LittleEndian(segment) == Load && pa != ulong.MaxValue
                && pa >> PhysicalAddress.MaxBits == 0 && va >> 63 == 1 && ulong.MaxValue != va)
                return Of(file.Name, va, pa);
        }

        throw file.Error(1, "expected a segment with a physical address, found none");
    }

    // An address of the linear map lies in the lower half of [-2^bits, 0), so its leading ones are 64 - bits.
    private static KernelCore Of(string file, ulong va, ulong pa)
    {
        int bits = 64 - BitOperations.LeadingZeroCount(~va);
        ulong pageOffset = ulong.MaxValue << bits;
        return new(file, bits, new PhysicalAddress(unchecked(pa - (va - pageOffset))));
    }
}
