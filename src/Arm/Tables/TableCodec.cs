using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Descriptors;
using Orleans.Mmu.Arm.Geometry;

namespace Orleans.Mmu.Arm.Tables;

/// <summary>
/// Encodes one table of a snapshot and the tables below it. Decoding takes memory in proportion to the bytes read.
/// </summary>
internal static class TableCodec
{
    private enum Form : byte
    {
        /// <summary>A zero word, or the first leaf of a run.</summary>
        Run,

        /// <summary>
        /// The base, a bit for each written chunk, and the words of these chunks; then the tables that written entries
        /// lead to.
        /// </summary>
        Patched,

        /// <summary>A <see cref="TableOfSequences"/>: entry 0, the first leaf, and 1 if the tables below
        /// descend.</summary>
        TableOfRuns,

        /// <summary>A written entry leads to the same table as in the base.</summary>
        FirstChild,
    }

    public static void Write(BinaryWriter writer, TranslationGeometry geometry, TranslationTable table)
    {
        switch (table)
        {
            case SequenceTable run:
                writer.Write((byte)Form.Run);
                writer.Write(run.First.Bits);
                break;
            case TableOfSequences tables:
                writer.Write((byte)Form.TableOfRuns);
                writer.Write(tables.First.Bits);
                writer.Write(tables.FirstLeaf.Bits);
                writer.Write(tables.Descending);
                break;
            case PatchedTable patched:
                writer.Write((byte)Form.Patched);
                Write(writer, geometry, patched.Base);
                writer.Write(patched.WrittenChunks);
                foreach (int i in patched.EntriesOf(patched.WrittenChunks))
                    writer.Write(patched[i].Bits);
                foreach (int i in patched.EntriesOf(patched.WrittenChunks))
                {
                    if (patched.LeadsToFirstChild(i))
                        writer.Write((byte)Form.FirstChild);
                    else if (patched.Child(i) is { } child)
                        Write(writer, geometry, child);
                }

                break;
            default:
                throw new ArgumentException($"no bytes are known for {table.GetType()}", nameof(table));
        }
    }

    /// <exception cref="InvalidDataException">The bytes are not a table.</exception>
    /// <exception cref="ArgumentException">As above.</exception>
    /// <exception cref="EndOfStreamException">The bytes end in the middle of the table.</exception>
    public static TranslationTable Read(
        BinaryReader reader, TranslationGeometry geometry, PhysicalAddress address, Level level) =>
        Read((Form)reader.ReadByte(), reader, geometry, address, level);

    private static TranslationTable Read(
        Form form, BinaryReader reader, TranslationGeometry geometry, PhysicalAddress address, Level level) =>
        form switch
        {
            Form.Run => ReadRun(reader, geometry, address, level),
            Form.Patched => ReadPatched(reader, geometry, address, level),
            Form.TableOfRuns => ReadTableOfRuns(reader, geometry, address, level),
            _ => throw new InvalidDataException("no such form of a table"),
        };

    private static SequenceTable ReadRun(
        BinaryReader reader, TranslationGeometry geometry, PhysicalAddress address, Level level)
    {
        var first = new Descriptor(reader.ReadUInt64());
        if (first.IsNone)
            return SequenceTable.Empty(geometry, address, level);
        return SequenceTable.Leaves(geometry, address, level, first)
            ?? throw new InvalidDataException("a run whose addresses do not advance evenly");
    }

    private static TableOfSequences ReadTableOfRuns(
        BinaryReader reader, TranslationGeometry geometry, PhysicalAddress address, Level level)
    {
        if (level.IsLast)
            throw new InvalidDataException("tables below the last level");
        var first = new Descriptor(reader.ReadUInt64());
        var leaf = new Descriptor(reader.ReadUInt64());
        byte descending = reader.ReadByte();
        if (descending > 1)
            throw new InvalidDataException("tables in a row go up or down");
        return TableOfSequences.Leaves(geometry, address, level, first, descending == 1, leaf)
            ?? throw new InvalidDataException("tables in a row whose addresses do not advance evenly");
    }

    private static PatchedTable ReadPatched(
        BinaryReader reader, TranslationGeometry geometry, PhysicalAddress address, Level level)
    {
        var form = (Form)reader.ReadByte();
        if (form == Form.Patched)
            throw new InvalidDataException("a table began as one that was written");
        var table = new PatchedTable(Read(form, reader, geometry, address, level), new object());
        ulong written = reader.ReadUInt64();
        if (table.Chunks < 64 && written >> table.Chunks != 0)
            throw new InvalidDataException("more chunks than the table has");
        foreach (int i in table.EntriesOf(written))
            table.Write(i, new(reader.ReadUInt64()), null);

        foreach (int i in table.EntriesOf(written))
        {
            if (table[i].Kind(geometry, level) == DescriptorKind.Table)
                ReadChild(reader, geometry, table, i);
        }

        return table;
    }

    private static void ReadChild(BinaryReader reader, TranslationGeometry geometry, PatchedTable table, int index)
    {
        var form = (Form)reader.ReadByte();
        if (form != Form.FirstChild)
            table.Write(
                index, table[index], Read(form, reader, geometry, table[index].NextTable(geometry), table.Level.Next));
        else if (!table.LeadsToFirstChild(index))
            throw new InvalidDataException("an entry that led to no table from the beginning");
    }
}
