using System.Collections.Immutable;
using Orleans.Mmu.Arm.Geometry;

namespace Orleans.Mmu.Arm.Tables;

/// <summary>
/// Encodes a snapshot as bytes for silos and storage, and decodes it. A run takes 9 bytes, a written table the words
/// that were written. The tables below a table follow it in order; their addresses are in its words.
/// </summary>
public static class TableSnapshotCodec
{
    private const byte Format = 2;

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
        {
            writer.Write(root.Address.Value);
            TableCodec.Write(writer, snapshot.Geometry, root);
        }

        writer.Flush();
        return stream.ToArray();
    }

    /// <exception cref="InvalidDataException">The bytes are not a snapshot.</exception>
    public static TableSnapshot Decode(byte[] bytes)
    {
        using var reader = new BinaryReader(new MemoryStream(bytes, writable: false));
        try
        {
            if (reader.ReadByte() != Format)
                throw new InvalidDataException("the bytes are not a snapshot of this format");
            int shift = reader.ReadByte();
            var granule = Granule.All.FirstOrDefault(g => g.PageShift == shift)
                ?? throw new InvalidDataException("no such granule");
            var geometry = TranslationGeometry.Create(granule, reader.ReadByte());
            long version = reader.ReadInt64();
            int count = reader.ReadInt32();
            if (count < 0)
                throw new InvalidDataException("a negative number of roots");
            var roots = ImmutableArray.CreateBuilder<TranslationTable>();
            for (int i = 0; i < count; i++)
                roots.Add(TableCodec.Read(reader, geometry, new(reader.ReadUInt64()), geometry.StartLevel));
            if (reader.BaseStream.Position != bytes.Length)
                throw new InvalidDataException("bytes follow the end of the snapshot");
            return new(geometry, version, roots.DrainToImmutable());
        }
        catch (Exception e) when (e is EndOfStreamException or ArgumentException)
        {
            throw new InvalidDataException("the bytes end before the snapshot does, or hold an impossible one", e);
        }
    }
}
