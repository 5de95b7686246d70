using System.Buffers;
using System.Buffers.Binary;
using Orleans.Serialization.Buffers;

namespace Orleans.Mmu.Chaos.Attacks;

/// <summary>Changes of a message's head as Orleans 10 writes it, each of them one lie.</summary>
internal static class ForgedHead
{
    private const int SenderStart = 12;
    private const int ClientKeyLength = 32;

    private static readonly SearchValues<byte> Digits = SearchValues.Create("0123456789abcdef"u8);

    /// <summary>The message comes from a grain.</summary>
    public static byte[] FromGrain(byte[] head)
    {
        var (sender, _, _, _) = Places(head);
        var forged = new ArrayBufferWriter<byte>();
        var writer = Writer.Create(forged, session: null!);
        IdSpanCodec.WriteRaw(ref writer, IdSpan.Create("machine"));
        IdSpanCodec.WriteRaw(ref writer, IdSpan.Create("no-such-machine"));
        writer.Commit();
        return [.. head[..SenderStart], .. forged.WrittenSpan, .. head[sender..]];
    }

    /// <summary>The message comes from no one.</summary>
    public static byte[] FromNoOne(byte[] head) => [.. head[..SenderStart], 1, 1, .. head[Places(head).Sender..]];

    /// <summary>The message answers a question.</summary>
    public static byte[] Response(byte[] head) => WithFlags(head, flags => (flags & ~0xf0000u) | 0x20000);

    /// <summary>The message says where grains are.</summary>
    public static byte[] Correction(byte[] head) => WithFlags(head, flags => flags | 0x80);

    /// <summary>The target's key has another hash than its bytes.</summary>
    public static byte[] OtherHash(byte[] head)
    {
        byte[] forged = [.. head];
        forged[Places(head).Hash] ^= 0xff;
        return forged;
    }

    /// <summary>The message names no silo.</summary>
    public static byte[] Nowhere(byte[] head)
    {
        var (_, _, start, end) = Places(head);
        return [.. head[..start], 1, .. head[end..]];
    }

    /// <summary>The preamble's client, whose key is a GUID, has a key as silos have for calls of their own.</summary>
    public static byte[] AsSilo(byte[] preamble)
    {
        byte[] forged = [.. preamble];
        int at = Enumerable.Range(0, forged.Length - ClientKeyLength)
            .First(i => !forged.AsSpan(i, ClientKeyLength).ContainsAnyExcept(Digits));
        "hosted-"u8.CopyTo(forged.AsSpan(at));
        int hash = new IdSpan(forged[at..(at + ClientKeyLength)]).GetHashCode();
        // Its hash stands before it, and between them its field and its length, a byte each.
        BinaryPrimitives.WriteInt32LittleEndian(forged.AsSpan(at - 2 - sizeof(int)), hash);
        return forged;
    }

    private static byte[] WithFlags(byte[] head, Func<uint, uint> change)
    {
        byte[] forged = [.. head];
        BinaryPrimitives.WriteUInt32LittleEndian(forged, change(BinaryPrimitives.ReadUInt32LittleEndian(head)));
        return forged;
    }

    private static (int Sender, int Hash, int SiloStart, int SiloEnd) Places(byte[] head)
    {
        var reader = Reader.Create(new ReadOnlySequence<byte>(head), session: null!);
        reader.Skip(SenderStart);
        IdSpanCodec.ReadRaw(ref reader);
        IdSpanCodec.ReadRaw(ref reader);
        int sender = (int)reader.Position;
        IdSpanCodec.ReadRaw(ref reader);
        int key = (int)reader.Position;
        reader.ReadVarUInt32();
        int hash = (int)reader.Position;
        reader.Skip(hash - reader.Position);
        reader = Reader.Create(new ReadOnlySequence<byte>(head), session: null!);
        reader.Skip(key);
        IdSpanCodec.ReadRaw(ref reader);
        reader.Skip(reader.ReadVarUInt32());
        int start = (int)reader.Position;
        reader.Skip(reader.ReadVarUInt32());
        return (sender, hash, start, (int)reader.Position);
    }
}
