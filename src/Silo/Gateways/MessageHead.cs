using System.Buffers;
using Orleans.Serialization.Buffers;
using Orleans.Serialization.Codecs;

namespace Orleans.Mmu.Silo.Gateways;

/// <summary>
/// The first fields of a message as Orleans writes them (<c>MessageSerializer.Serialize</c> of Orleans 10): flags,
/// number, sender, target, and the silos of both. The flags are those of Orleans' <c>PackedHeaders</c>.
/// </summary>
/// <param name="Flags">Orleans' flags; the direction is in bits 16 to 19.</param>
/// <param name="TargetSilo">The silo that the sender names as the target's; null if it names none.</param>
/// <param name="IsHashed">
/// Whether every hash in the message matches its bytes. Orleans trusts these hashes: two hashes of one key would lead
/// to two activations of one grain.
/// </param>
/// <param name="TargetStart">The offset of the target in the head, in bytes.</param>
/// <param name="TargetEnd">The offset of the end of the target, in bytes.</param>
internal readonly record struct MessageHead(
    uint Flags, GrainId Sender, GrainId Target, SiloAddress? TargetSilo, bool IsHashed, int TargetStart, int TargetEnd)
{
    private const int DirectionShift = 16;
    private const uint DirectionMask = 15;
    private const uint Request = 1;
    private const uint OneWay = 3;
    private const uint HasCacheInvalidation = 0x80;

    /// <summary>Whether the message is a call, with or without an answer.</summary>
    public bool IsRequest => (Flags >> DirectionShift & DirectionMask) is Request or OneWay;

    /// <summary>Whether the message corrects the receiver's cache of grain addresses, which only silos do.</summary>
    public bool CorrectsAddresses => (Flags & HasCacheInvalidation) != 0;

    /// <summary>Reads the head of a message.</summary>
    /// <exception cref="InvalidOperationException">The bytes are not a message head.</exception>
    public static MessageHead Read(ReadOnlySequence<byte> bytes)
    {
        var reader = Reader.Create(bytes, session: null!);
        uint flags = reader.ReadUInt32();
        _ = reader.ReadInt64();
        bool isHashed = true;
        var sender = ReadGrain(ref reader, ref isHashed);
        int start = (int)reader.Position;
        var target = ReadGrain(ref reader, ref isHashed);
        int end = (int)reader.Position;
        _ = ReadSilo(ref reader, ref isHashed);
        return new(flags, sender, target, ReadSilo(ref reader, ref isHashed), isHashed, start, end);
    }

    /// <summary>The bytes of the head with another target.</summary>
    public byte[] With(GrainId target, ReadOnlySequence<byte> bytes)
    {
        var head = new ArrayBufferWriter<byte>((int)bytes.Length);
        head.Write(bytes.Slice(0, TargetStart).ToArray());
        var writer = Writer.Create(head, session: null!);
        IdSpanCodec.WriteRaw(ref writer, target.Type.Value);
        IdSpanCodec.WriteRaw(ref writer, target.Key);
        writer.Commit();
        head.Write(bytes.Slice(TargetEnd).ToArray());
        return head.WrittenSpan.ToArray();
    }

    private static GrainId ReadGrain<TInput>(ref Reader<TInput> reader, ref bool isHashed)
    {
        var type = ReadSpan(ref reader, ref isHashed);
        return new(new(type), ReadSpan(ref reader, ref isHashed));
    }

    private static IdSpan ReadSpan<TInput>(ref Reader<TInput> reader, ref bool isHashed)
    {
        var said = IdSpanCodec.ReadRaw(ref reader);
        if (said.IsDefault)
            return said;
        var right = new IdSpan(said.Value.ToArray());
        isHashed &= right.GetHashCode() == said.GetHashCode();
        return right;
    }

    private static SiloAddress? ReadSilo<TInput>(ref Reader<TInput> reader, ref bool isHashed)
    {
        uint length = reader.ReadVarUInt32();
        if (length == 0)
            return null;
        long end = reader.Position + length;
        int said = reader.ReadInt32();
        var address = IPAddressCodec.ReadRaw(ref reader);
        var silo = SiloAddress.New(address, (int)reader.ReadVarUInt32(), reader.ReadInt32());
        isHashed &= silo.GetConsistentHashCode() == said && reader.Position == end;
        return silo;
    }
}
