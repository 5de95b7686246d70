using System.Buffers.Binary;
using Orleans.Mmu.Litmus.Tests;

namespace Orleans.Mmu.Litmus.Machine;

/// <summary>Writes a part of a state as bytes: two parts are equal exactly if their bytes are.</summary>
internal sealed class StateWriter
{
    private byte[] _bytes = new byte[1024];
    private int _length;

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, _length);

    public void Clear() => _length = 0;

    public void Put(long value)
    {
        // A value below 255 takes one byte; any other takes a marker byte and eight bytes.
        if (value is >= 0 and < 255)
        {
            Room(1)[0] = (byte)value;
            return;
        }

        var room = Room(9);
        room[0] = 255;
        BinaryPrimitives.WriteInt64LittleEndian(room[1..], value);
    }

    public void Put(LitmusValue value)
    {
        Put((long)value.Kind);
        Put(value.Bits);
    }

    public void Put(WordVersions snapshot) => Put(snapshot.Bytes);

    public void Put(ReadOnlySpan<byte> bytes)
    {
        Put(bytes.Length);
        bytes.CopyTo(Room(bytes.Length));
    }

    public void Put(ReadOnlySpan<uint> masks)
    {
        foreach (uint mask in masks)
            Put(mask);
    }

    /// <summary>Writes masks that may be absent.</summary>
    public void PutOptional(uint[]? masks)
    {
        Put(masks is null ? 0 : 1);
        if (masks is not null)
            Put(masks.AsSpan());
    }

    private Span<byte> Room(int bytes)
    {
        if (_length + bytes > _bytes.Length)
            Array.Resize(ref _bytes, Math.Max(2 * _bytes.Length, _length + bytes));
        _length += bytes;
        return _bytes.AsSpan(_length - bytes, bytes);
    }
}
