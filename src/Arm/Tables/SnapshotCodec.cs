using System.Collections.Immutable;

namespace Orleans.Mmu.Arm;

/// <summary>
/// Writes a snapshot as bytes and reads it back, for silos and storage. A run is some 25 bytes, a dense table 8 for each
/// entry; the tables below follow their parent in order.
/// </summary>
public static class SnapshotCodec
{
    private const byte Format = 1;

    public static byte[] Encode(TableSnapshot snapshot)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write(Format);
        writer.Write((byte)snapshot.Geometry.Granule.PageShift);
        writer.Write((byte)snapshot.Geometry.VaBits);
        writer.Write(snapshot.Version);
        writer.Write(snapshot.Roots.Length);
        foreach (var root in snapshot.Roots)
            Write(writer, root);
        writer.Flush();
        return stream.ToArray();
    }

    /// <exception cref="InvalidDataException">The bytes are no snapshot.</exception>
    public static TableSnapshot Decode(byte[] bytes)
    {
        using var reader = new BinaryReader(new MemoryStream(bytes, writable: false));
        try
        {
            if (reader.ReadByte() != Format)
                throw new InvalidDataException("the bytes are not a snapshot of this format");
            int shift = reader.ReadByte();
            var granule = Granule.All.FirstOrDefault(g => g.PageShift == shift) ?? throw new InvalidDataException("no such granule");
            var geometry = TranslationGeometry.Create(granule, reader.ReadByte());
            long version = reader.ReadInt64();
            int count = reader.ReadInt32();
            if (count < 0)
                throw new InvalidDataException("a negative number of roots");
            var roots = ImmutableArray.CreateBuilder<TranslationTable>();
            for (int i = 0; i < count; i++)
                roots.Add(Read(reader, geometry, geometry.StartLevel));
            if (reader.BaseStream.Position != bytes.Length)
                throw new InvalidDataException("bytes follow the end of the snapshot");
            return new(geometry, version, roots.DrainToImmutable());
        }
        catch (Exception e) when (e is EndOfStreamException or ArgumentException)
        {
            throw new InvalidDataException("the bytes end before the snapshot does, or hold an impossible one", e);
        }
    }

    private static void Write(BinaryWriter writer, TranslationTable table)
    {
        writer.Write(table is RunTable);
        writer.Write(table.Address.Value);
        if (table is RunTable run)
        {
            writer.Write(run.First.Bits);
            writer.Write(run.Stride);
            return;
        }

        for (int i = 0; i < table.Count; i++)
            writer.Write(table[i].Bits);
        for (int i = 0; i < table.Count; i++)
        {
            if (table.Child(i) is { } child)
                Write(writer, child);
        }
    }

    private static TranslationTable Read(BinaryReader reader, TranslationGeometry geometry, Level level)
    {
        bool run = reader.ReadBoolean();
        var address = new PhysicalAddress(reader.ReadUInt64());
        if (run)
            return new RunTable(address, level, geometry.Entries(level), new(reader.ReadUInt64()), reader.ReadUInt64());
        var table = new DenseTable(address, level, geometry.Entries(level), new object());
        for (int i = 0; i < table.Count; i++)
            table.Write(i, new(reader.ReadUInt64()), null);
        for (int i = 0; i < table.Count; i++)
        {
            if (table[i].Kind(geometry, level) == DescriptorKind.Table)
                table.Write(i, table[i], Read(reader, geometry, level.Next));
        }

        return table;
    }
}
