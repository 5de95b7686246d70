using Orleans.Mmu.Interfaces.Calls;
using Orleans.Storage;

namespace Orleans.Mmu.Grains.Storage;

/// <summary>
/// Stores grain state with Orleans' serializer, the same as messages, behind four bytes: "MMU" and the record's
/// <see cref="RecordFormat"/>. A silo refuses a record of a later format instead of misreading it.
/// </summary>
/// <param name="format">The format that is written, and the latest one that is read.</param>
public sealed class VersionedStorageSerializer(OrleansGrainStorageSerializer records, RecordFormat format)
    : IGrainStorageSerializer
{
    private static ReadOnlySpan<byte> Mark => "MMU"u8;

    public BinaryData Serialize<T>(T? input)
    {
        var record = records.Serialize(input).ToMemory().Span;
        byte[] bytes = new byte[Mark.Length + 1 + record.Length];
        Mark.CopyTo(bytes);
        bytes[Mark.Length] = format.Number;
        record.CopyTo(bytes.AsSpan(Mark.Length + 1));
        return new(bytes);
    }

    /// <exception cref="RefusedException">The record has a later format, or none.</exception>
    public T? Deserialize<T>(BinaryData input)
    {
        var bytes = input.ToMemory();
        if (bytes.Length <= Mark.Length || !bytes.Span.StartsWith(Mark))
            throw new RefusedException("expected a record that a silo of this program has written, found another one");
        byte found = bytes.Span[Mark.Length];
        return found <= format.Number ? records.Deserialize<T>(new(bytes[(Mark.Length + 1)..]))
            : throw new RefusedException($"expected a record of format {format.Number} or less, found {found}: a later "
                + "version of this program has written it");
    }
}
