using Orleans.Mmu.Arm.Tables;

namespace Orleans.Mmu.Interfaces.Tables;

/// <summary>
/// A published version of the tables. Inside a silo the reference is shared; between silos it travels as bytes.
/// </summary>
[GenerateSerializer, Immutable, Alias("mmu.PublishedTables")]
public sealed record PublishedTables([property: Id(0)] TableSnapshot Snapshot);

/// <summary>A snapshot as bytes (see <see cref="TableSnapshotCodec"/>).</summary>
[GenerateSerializer, Immutable, Alias("mmu.SnapshotSurrogate")]
public readonly record struct SnapshotSurrogate([property: Id(0)] byte[] Bytes);

/// <summary>Lets Orleans carry a type of the Arm room, which knows nothing of Orleans.</summary>
[RegisterConverter]
public sealed class SnapshotConverter : IConverter<TableSnapshot, SnapshotSurrogate>
{
    public TableSnapshot ConvertFromSurrogate(in SnapshotSurrogate surrogate) =>
        TableSnapshotCodec.Decode(surrogate.Bytes);

    public SnapshotSurrogate ConvertToSurrogate(in TableSnapshot value) => new(TableSnapshotCodec.Encode(value));
}
