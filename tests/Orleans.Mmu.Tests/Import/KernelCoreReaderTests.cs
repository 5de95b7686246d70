using System.Buffers.Binary;
using Orleans.Mmu.Import.Resources;
using Orleans.Mmu.Inputs;

namespace Orleans.Mmu.Tests.Import;

/// <summary>The head of /proc/kcore: where the linear map begins.</summary>
public sealed class KernelCoreReaderTests
{
    [Theory]
    [InlineData(0xffff_0000_0000_0000, 0x4000_0000, 48, 0x4000_0000)]
    [InlineData(0xfff0_0000_c000_0000, 0x1_0000_0000, 52, 0x4000_0000)]
    [InlineData(0xffff_ff80_0400_0000, 0x0400_0000, 39, 0)]
    [InlineData(0xffff_4000_0000_0000, 0x4000_0000, 48, 0xffff_c000_4000_0000)]
    public void A_segment_of_memory_gives_bits_and_offset(ulong va, ulong pa, int bits, ulong offset)
    {
        var core = Read(Core((0xffff_8000_8000_0000, ulong.MaxValue), (va, pa)));

        Assert.Equal((bits, offset), (core.VaBits, core.PhysicalOffset.Value));
    }

    [Fact]
    public void A_head_without_memory_is_refused() => Assert.Equal(
        "kcore:1: expected a segment with a physical address, found none",
        Assert.Throws<InputException>(() => Read(Core((0xffff_8000_8000_0000, ulong.MaxValue)))).Message);

    [Theory]
    [InlineData(0, "expected the head of /proc/kcore, an ELF core of arm64, found another file")]
    [InlineData(18, "expected the head of /proc/kcore, an ELF core of arm64, found another file")]
    [InlineData(39, "expected 1 headers of segments, found the end of the file in number 0")]
    public void A_changed_head_is_refused(int at, string message)
    {
        byte[] core = Core((0xffff_0000_0000_0000, 0x4000_0000));
        core[at] = 0x7e;

        Assert.Equal($"kcore:1: {message}", Assert.Throws<InputException>(() => Read(core)).Message);
    }

    [Fact]
    public void A_head_that_is_cut_is_refused() => Assert.Equal(
        "kcore:1: expected an ELF header of 64 bytes, found 27: the file is cut",
        Assert.Throws<InputException>(() => Read(Core((0xffff_0000_0000_0000, 0x4000_0000))[..27])).Message);

    private static KernelCore Read(byte[] bytes) => KernelCoreReader.Read(new("kcore", bytes));

    private static byte[] Core(params (ulong Va, ulong Pa)[] segments)
    {
        const int header = 64, segment = 56;
        byte[] file = new byte[header + segments.Length * segment];
        ((ReadOnlySpan<byte>)[0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1]).CopyTo(file);
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(16), 4);
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(18), 183);
        BinaryPrimitives.WriteUInt64LittleEndian(file.AsSpan(32), header);
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(56), (ushort)segments.Length);
        for (int i = 0; i < segments.Length; i++)
        {
            var at = file.AsSpan(header + i * segment);
            BinaryPrimitives.WriteUInt32LittleEndian(at, 1);
            BinaryPrimitives.WriteUInt64LittleEndian(at[16..], segments[i].Va);
            BinaryPrimitives.WriteUInt64LittleEndian(at[24..], segments[i].Pa);
        }

        return file;
    }
}
