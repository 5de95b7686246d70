using CsCheck;
using Orleans.Mmu.Arm.Tables;
using Orleans.Mmu.Tests.Linux;

namespace Orleans.Mmu.Tests.Arm;

/// <summary>Snapshots as bytes and back.</summary>
public class TableSnapshotCodecTests
{
    [Fact]
    public void A_snapshot_is_read_back_word_for_word() =>
        RandomMachine.MapAndRange.ForAll((map, range) =>
        {
            foreach (var tables in (TableSnapshot[])[map.Painted, RangeSplitTests.Split(map, range), map.Final])
            {
                var read = TableSnapshotCodec.Decode(TableSnapshotCodec.Encode(tables));

                Assert.Equal((tables.Version, tables.Roots.Length), (read.Version, read.Roots.Length));
                Assert.Equal(
                    (tables.Geometry.Granule, tables.Geometry.VaBits), (read.Geometry.Granule, read.Geometry.VaBits));
                foreach (var (was, now) in tables.Roots.SelectMany(LeafEnumeration.Tables)
                    .Zip(read.Roots.SelectMany(LeafEnumeration.Tables)))
                {
                    Assert.Equal((was.Address, was.Level, was.Count, was.GetType()),
                        (now.Address, now.Level, now.Count, now.GetType()));
                    Assert.True(Same(was, now));
                }
            }
        }, iter: 20);

    [Fact]
    public void What_was_read_back_is_written_as_the_same_bytes() =>
        RandomMachine.Blocks.ForAll(machine =>
        {
            byte[] bytes = TableSnapshotCodec.Encode(PaintedMap.Of(machine).Final);

            Assert.Equal(bytes, TableSnapshotCodec.Encode(TableSnapshotCodec.Decode(bytes)));
        }, iter: 20);

    [Fact]
    public void A_page_mapped_gigabyte_takes_kilobytes()
    {
        var map = PaintedMap.Of(new TestMachine
        {
            Version = "6.18",
            Memory = [(0x4000_0000, 0x8000_0000)],
            Cpus =
            [TestMachine.Unlisted]
        }.Describe());

        Assert.InRange(TableSnapshotCodec.Encode(map.Final).Length, 1, 80_000);
    }

    [Fact]
    public void Bytes_that_end_too_soon_are_refused_wherever_they_end()
    {
        byte[] bytes = Small();
        Gen.Int[0, bytes.Length - 1].ForAll(
            length => Assert.Throws<InvalidDataException>(() => TableSnapshotCodec.Decode(bytes[..length])));
        for (int length = 0; length < 64; length++)
            Assert.Throws<InvalidDataException>(() => TableSnapshotCodec.Decode(bytes[..length]));
        Assert.Throws<InvalidDataException>(() => TableSnapshotCodec.Decode(bytes[..^1]));
    }

    [Fact]
    public void Bytes_after_the_end_are_refused() =>
        Assert.Throws<InvalidDataException>(() => TableSnapshotCodec.Decode([.. Small(), 0]));

    [Theory]
    [InlineData(0, 1)] // another format
    [InlineData(1, 13)] // no such granule
    [InlineData(2, 47)] // no such VA size for it
    [InlineData(14, 0x80)] // a negative number of roots
    public void A_header_that_is_impossible_is_refused(int offset, byte value)
    {
        byte[] bytes = Small();
        bytes[offset] = value;

        Assert.Throws<InvalidDataException>(() => TableSnapshotCodec.Decode(bytes));
    }

    [Fact]
    public void Tables_that_say_they_began_as_written_ones_are_refused_however_many()
    {
        // A header, one root, its address; then the same byte: would each be a table inside a table, the stack would
        // end.
        byte[] header = Small()[..15];
        header.AsSpan(11).Clear();
        header[11] = 1;

        Assert.Throws<InvalidDataException>(
            () => TableSnapshotCodec.Decode([.. header, .. new byte[8], .. Enumerable.Repeat((byte)1, 1_000_000)]));
    }

    [Fact]
    public void Bytes_that_were_damaged_are_a_snapshot_or_are_refused()
    {
        byte[] bytes = Small();
        Gen.Select(Gen.Select(Gen.Int[0, bytes.Length - 1], Gen.Byte).Array[1, 4], Gen.Int[0, bytes.Length])
            .ForAll((damage, length) =>
        {
            byte[] damaged = length % 2 == 0 ? [.. bytes] : bytes[..length];
            foreach (var (at, value) in damage)
            {
                // Where structure is decided: the header, the kinds of tables, the first root's words.
                int place = at % Math.Min(damaged.Length + 1, 5000);
                if (place < damaged.Length)
                    damaged[place] = value;
            }

            try
            {
                TableSnapshotCodec.Decode(damaged);
            }
            catch (InvalidDataException)
            {
            }
        }, iter: 500);
    }

    private static byte[] Small() => TableSnapshotCodec.Encode(
        PaintedMap.Of(new TestMachine { Memory = [(0x4000_0000, 0x4800_0000)] }.Describe()).Painted);

    private static bool Same(TranslationTable a, TranslationTable b)
    {
        for (int i = 0; i < a.Count; i++)
        {
            if (a[i] != b[i] || (a.Child(i) is null) != (b.Child(i) is null))
                return false;
        }

        return true;
    }
}
