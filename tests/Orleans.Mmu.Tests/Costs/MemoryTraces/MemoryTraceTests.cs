using System.Buffers.Binary;
using System.Text;
using CsCheck;
using Orleans.Mmu.Costs.MemoryTraces;
using static Orleans.Mmu.Tests.Costs.MemoryTraces.HeardTrace;

namespace Orleans.Mmu.Tests.Costs.MemoryTraces;

/// <summary>What traces of each format say, and what is said of those that are none.</summary>
public sealed class MemoryTraceTests
{
    private static readonly byte[] SmallKtr = new KtrText().Cpu(1).Instructions(0xffff800008012000, 80)
        .Data(0xffff000040657000, isWrite: true, count: 300)
        .Data(0xffff80001c000000).Cpu(0).Instructions(0x400000, 2).Data(0x7fff0000).ToArray();

    [Fact]
    public void Ktr() => Assert.Equal(
        ["cpu 1", "I ffff800008012 80", "D ffff000040657", "D ffff80001c000", "cpu 0", "I 400 2", "D 7fff0"],
        Read(SmallKtr).Heard);

    [Fact]
    public void KtrNumbersOfEveryLength() => Gen.ULong[0, 1UL << 48].Array[1, 20].ForAll(counts =>
    {
        var ktr = new KtrText();
        foreach (ulong count in counts)
            ktr.Instructions((count % 2 == 0 ? 0 : 0xffff000000000000) + (count & 0x7fff_ffff_f000), count);
        Assert.Equal(
            counts.Select(c => $"I {((c % 2 == 0 ? 0 : 0xffff000000000UL) + ((c & 0x7fff_ffff_f000) >> 12)):x} {c}"),
            Read(ktr.ToArray()).Heard);
    });

    [Fact]
    public void EveryPrefixOfKtrIsATraceOrEndsWithItsOffset()
    {
        var whole = Read(SmallKtr).Heard;
        for (int length = 0; length < SmallKtr.Length; length++)
        {
            var (heard, error) = Read(SmallKtr[..length]);
            Assert.Equal(whole.Take(heard.Count), heard);
            if (length < 4)
                Assert.Equal(length == 0 ? "t: byte 0: expected a trace, found nothing" : error!, error);
            else if (error is not null)
                Assert.Matches("^t: byte [0-9]+: expected the rest of a record, found the end of the trace$", error);
        }
    }

    [Theory]
    [InlineData(new byte[] { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
        0x02 }, "t: byte 4: expected a number of at most 64 bits, found a longer one")]
    [InlineData(new byte[] { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
        0x01 }, "t: byte 4: expected a number of at most 64 bits, found a longer one")]
    public void ANumberThatIsTooLong(byte[] number, string message) =>
        Assert.Equal(message, Read(new KtrText().Raw(number).ToArray()).Error);

    [Fact]
    public void ARunThatNobodyCouldHaveRecorded() => Assert.Equal(
        "t: byte 6: expected a run of at most 281474976710656 instructions or accesses, found 281474976710657",
        Read(new KtrText().Instructions(0, 1).Instructions(0, (1UL << 48) + 1).ToArray()).Error);

    [Fact]
    public void AnAddressThatNoWalkTranslates() => Assert.Equal(
        "t: byte 11: expected an address of user space or of the kernel's 48 bits, found 0x8000000000000000",
        Read(new KtrText().Data(0xffff000000000000).Data(0x8000000000000000).ToArray()).Error);

    [Fact]
    public void Lackey()
    {
        const string text =
            "==1== Lackey\n--1-- run: /bin/true\n**1** says\nI  04001000,3\n S 1ffeffe7e8,8\n L 1ffeffeffc,8\n M "
            + "00601040,4\nI  0000000000400ffe,4\r\n\nI  ffff800008010000,12\n==1== done";
        Assert.Equal(["I 4001 1", "D 1ffeffe", "D 1ffeffe", "D 1ffefff", "D 601", "I 400 1", "I 401 0",
            "I ffff800008010 1"], Read(Encoding.ASCII.GetBytes(text)).Heard);
    }

    [Theory]
    [InlineData("I  04001000,3\nX  04001000,3\n", "t: byte 14: line 2: expected \"I  ADDRESS,SIZE\" or \" L\", \" "
        + "S\", \" M\" in place of the I, found \"X  04001000,3\"")]
    [InlineData("I  04001000,3\nI  0400100g,3\n", "t: byte 14: line 2: expected \"I  ADDRESS,SIZE\" or \" L\", \" "
        + "S\", \" M\" in place of the I, found \"I  0400100g,3\"")]
    [InlineData("I  04001000,0\n", "t: byte 0: line 1: expected \"I  ADDRESS,SIZE\" or \" L\", \" S\", \" M\" in "
        + "place of the I, found \"I  04001000,0\"")]
    [InlineData("I  04001000,3\n L 1ffeff", "t: byte 14: line 2: expected the rest of a line, found the end of the "
        + "trace after \" L 1ffeff\"")]
    public void LinesThatAreNotLackeys(string text, string message) =>
        Assert.Equal(message, Read(Encoding.ASCII.GetBytes(text)).Error);

    [Fact]
    public void EveryPrefixOfLackey()
    {
        byte[] text = Encoding.ASCII.GetBytes(string.Concat(
            Enumerable.Range(0, 40).Select(i => $"I  {0x400000 + i * 0x800:x8},4\n L {0x7fff0000 + i:x},8\n")));
        var whole = Read(text).Heard;
        for (int length = 3; length < text.Length; length++)
        {
            var (heard, error) = Read(text[..length]);
            // A size may be cut to fewer digits, never to other pages.
            Assert.Equal(whole.Take(heard.Count), heard);
            if (error is not null)
                Assert.Contains("found the end of the trace", error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void LongLines() => Assert.Contains(
        "expected at most 4096 bytes", Read([.. "I  "u8, .. new byte[2 << 20]]).Error, StringComparison.Ordinal);

    [Fact]
    public void DrMemtrace()
    {
        byte[] trace = [.. Entry(25, 0, 5), .. Entry(28, 2, 0xe40), .. Entry(22, 0, 77), .. Entry(24, 0, 77),
            .. Entry(28, 3, 9), .. Entry(47, 4, 0x90909090),
            .. Entry(10, 4, 0x400ffe), .. Entry(0, 8, 0x7fff0ffc), .. Entry(1, 4, 0x601000), .. Entry(48, 2, 0x401010),
            .. Entry(17, 2, 0x0403),
            .. Entry(29, 2, 0x401010), .. Entry(2, 64, 0x900000), .. Entry(28, 3, 4), .. Entry(28, 3, ulong.MaxValue),
            .. Entry(16, 1, 0x402000), .. Entry(0, 8, 0xb400_0000_7f12_3456), .. Entry(26, 0, 0)];
        Assert.Equal(["cpu 0", "I 400 1", "I 401 0", "D 7fff0", "D 7fff1", "D 601", "I 401 1", "I 401 1", "I 401 1",
            "cpu 1", "I 402 1", "D 7f123"], Read(trace).Heard);
    }

    [Fact]
    public void DrMemtraceThatIsBroken()
    {
        Assert.Equal("t: byte 12: expected a record of 12 bytes, found the end of the trace after 5",
            Read([.. Entry(25, 0, 5), 1, 2, 3, 4, 5]).Error);
        Assert.Equal("t: byte 0: expected a trace of version 2 to 6, found version 9", Read(Entry(25, 0, 9)).Error);
        Assert.Equal("t: byte 12: expected a type of trace_entry_t, found 900",
            Read([.. Entry(25, 0, 5), .. Entry(900, 0, 0)]).Error);
    }

    [Fact]
    public void ChampSim()
    {
        byte[] record = new byte[128];
        BinaryPrimitives.WriteUInt64LittleEndian(record, 0x401000);
        BinaryPrimitives.WriteUInt64LittleEndian(record.AsSpan(16), 0x601000);
        BinaryPrimitives.WriteUInt64LittleEndian(record.AsSpan(56), 0x602000);
        BinaryPrimitives.WriteUInt64LittleEndian(record.AsSpan(64), 0x403000);
        Assert.Equal(["I 401 1", "D 602", "D 601", "I 403 1"], Read(record, MemoryTraceFormat.ChampSim).Heard);
        Assert.Equal("t: byte 64: expected a record of 64 bytes, found the end of the trace after 32",
            Read(record[..96], MemoryTraceFormat.ChampSim).Error);
        record[72] = 7;
        Assert.Equal("t: byte 64: expected a ChampSim record of 64 bytes, found flags 7 and 0 where each is 0 or 1",
            Read(record, MemoryTraceFormat.ChampSim).Error);
        Assert.StartsWith("t: byte 0: expected KTR1, lackey's lines", Read(record).Error, StringComparison.Ordinal);

        byte[] cloudsuite = new byte[96];
        BinaryPrimitives.WriteUInt64LittleEndian(cloudsuite, 0x401000);
        BinaryPrimitives.WriteUInt64LittleEndian(cloudsuite.AsSpan(24), 0x601000);
        BinaryPrimitives.WriteUInt64LittleEndian(cloudsuite.AsSpan(80), 0x602000);
        Assert.Equal(["I 401 1", "D 602", "D 601"], Read(cloudsuite, MemoryTraceFormat.Cloudsuite).Heard);
    }

    [Fact]
    public void RandomBytesEndInAMessage() =>
        Gen.Select(Gen.Byte.Array[0, 300], Gen.Enum<MemoryTraceFormat>(), Gen.Bool).ForAll((bytes, format, prefixed) =>
    {
        byte[] trace = format == MemoryTraceFormat.Ktr && prefixed ? [.. "KTR1"u8, .. bytes] : bytes;
        var (_, error) = Read(trace, prefixed ? format : null);
        Assert.True(error is null || error.StartsWith("t: byte ", StringComparison.Ordinal));
    }, iter: 20_000);

    [Fact]
    public void ATraceThatComesInPiecesIsReadTheSame() => Gen.Int[1, 50].ForAll(piece =>
        Assert.Equal(Read(SmallKtr).Heard, Read(new Trickle(SmallKtr, piece), null).Heard), iter: 50);

    private static byte[] Entry(int type, int size, ulong address)
    {
        byte[] entry = new byte[12];
        BinaryPrimitives.WriteUInt16LittleEndian(entry, (ushort)type);
        BinaryPrimitives.WriteUInt16LittleEndian(entry.AsSpan(2), (ushort)size);
        BinaryPrimitives.WriteUInt64LittleEndian(entry.AsSpan(4), address);
        return entry;
    }

    private sealed class Trickle(byte[] bytes, int piece) : MemoryStream(bytes)
    {
        public override int Read(byte[] buffer, int offset, int count) =>
            base.Read(buffer, offset, Math.Min(count, piece));
    }
}
