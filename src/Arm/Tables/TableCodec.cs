namespace Orleans.Mmu.Arm;

/// <summary>One table of a snapshot as bytes, and those below it. What is read takes memory in proportion to its bytes.</summary>
internal static class TableCodec
{
    private enum Form : byte
    {
        /// <summary>A zero word, or the first leaf of a run.</summary>
        Run,

        /// <summary>What it began as, which chunks were written, and their words; then the tables that written entries lead to.</summary>
        Patched,
    }

    public static void Write(BinaryWriter writer, TranslationGeometry geometry, TranslationTable table)
    {
        switch (table)
        {
            case RunTable run:
                writer.Write((byte)Form.Run);
                writer.Write(run.First.Bits);
                break;
            case PatchedTable patched:
                writer.Write((byte)Form.Patched);
                Write(writer, geometry, patched.Base);
                writer.Write(patched.WrittenChunks);
                foreach (int i in patched.EntriesOf(patched.WrittenChunks))
                    writer.Write(patched[i].Bits);
                foreach (int i in patched.EntriesOf(patched.WrittenChunks))
                {
                    if (patched.Child(i) is { } child)
                        Write(writer, geometry, child);
                }

                break;
            default:
                throw new ArgumentException($"no bytes are known for {table.GetType()}", nameof(table));
        }
    }

    /// <exception cref="InvalidDataException">The bytes are no table.</exception>
    /// <exception cref="ArgumentException">As above.</exception>
    /// <exception cref="EndOfStreamException">The bytes end before the table does.</exception>
    public static TranslationTable Read(BinaryReader reader, TranslationGeometry geometry, PhysicalAddress address, Level level) =>
        (Form)reader.ReadByte() switch
        {
            Form.Run => ReadRun(reader, geometry, address, level),
            Form.Patched => ReadPatched(reader, geometry, address, level),
            _ => throw new InvalidDataException("no such form of a table"),
        };

    private static RunTable ReadRun(BinaryReader reader, TranslationGeometry geometry, PhysicalAddress address, Level level)
    {
        var first = new Descriptor(reader.ReadUInt64());
        if (first.IsNone)
            return RunTable.Empty(geometry, address, level);
        return RunTable.Leaves(geometry, address, level, first) ?? throw new InvalidDataException("a run whose addresses do not advance evenly");
    }

    private static PatchedTable ReadPatched(BinaryReader reader, TranslationGeometry geometry, PhysicalAddress address, Level level)
    {
        var form = (Form)reader.ReadByte();
        if (form != Form.Run)
            throw new InvalidDataException("a table began as one that was written");
        var table = new PatchedTable(ReadRun(reader, geometry, address, level), new object());
        ulong written = reader.ReadUInt64();
        if (table.Chunks < 64 && written >> table.Chunks != 0)
            throw new InvalidDataException("more chunks than the table has");
        foreach (int i in table.EntriesOf(written))
            table.Write(i, new(reader.ReadUInt64()), null);

        foreach (int i in table.EntriesOf(written))
        {
            if (table[i].Kind(geometry, level) == DescriptorKind.Table)
                table.Write(i, table[i], Read(reader, geometry, table[i].NextTable(geometry), level.Next));
        }

        return table;
    }
}
