using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Orleans.Mmu.Exploration.Search;

namespace Orleans.Mmu.Exploration.Partitions;

/// <summary>
/// States that one partition found for another in the batches of a step, as bytes: for each batch their number, the
/// states, and the names of the states that they were reached from. Batches are taken in one by one, so the order is
/// that of a search in one process.
/// </summary>
internal sealed class Parcel<TState>
    where TState : unmanaged, IEquatable<TState>
{
    private readonly byte[] _bytes;
    private readonly int[] _batches;

    private Parcel(byte[] bytes, int[] batches) => (_bytes, _batches) = (bytes, batches);

    public int Length => _bytes.Length;

    private static int ItemSize => Unsafe.SizeOf<TState>() + sizeof(uint);

    /// <summary>
    /// The maximum length in bytes. A batch ends with the state that filled it, and that state has fewer successors
    /// than a batch.
    /// </summary>
    public static int MaxLength(int batches, int batchSuccessors) =>
        batches * (sizeof(int) + (2 * batchSuccessors * ItemSize));

    /// <summary>Reads a parcel of another partition.</summary>
    /// <param name="from">The partition that sent it, and from whose states all of its states were reached.</param>
    /// <param name="to">The partition that its states belong to.</param>
    /// <exception cref="ArgumentException">The bytes are no such parcel.</exception>
    public static Parcel<TState> Read(byte[] bytes, int batches, int from, int to)
    {
        int[] starts = new int[batches];
        int at = 0;
        for (int i = 0; i < batches; i++)
        {
            starts[i] = at;
            if (bytes.Length - at < sizeof(int))
                throw Bad("ends within a batch");
            int count = MemoryMarshal.Read<int>(bytes.AsSpan(at));
            at += sizeof(int);
            if (count < 0 || count > (bytes.Length - at) / ItemSize)
                throw Bad("ends within a batch");
            at += count * ItemSize;
        }

        if (at != bytes.Length)
            throw Bad("goes on after its last batch");
        var parcel = new Parcel<TState>(bytes, starts);
        for (int i = 0; i < batches; i++)
        {
            foreach (ref readonly var state in parcel.States(i))
            {
                if (StateId.ShardOf(StateTable<TState>.Hash(state)) != to)
                    throw Bad($"has a state that does not belong to partition {to}");
            }

            foreach (uint origin in parcel.Origins(i))
            {
                if (StateId.Shard(origin) != from)
                    throw Bad($"has a state that was not reached from partition {from}");
            }
        }

        return parcel;
    }

    /// <summary>States of a batch.</summary>
    public ReadOnlySpan<TState> States(int batch) =>
        MemoryMarshal.Cast<byte, TState>(
            _bytes.AsSpan(_batches[batch] + sizeof(int), Count(batch) * Unsafe.SizeOf<TState>()));

    /// <summary>The names of the states that they were reached from.</summary>
    public ReadOnlySpan<uint> Origins(int batch) => MemoryMarshal.Cast<byte, uint>(
        _bytes.AsSpan(
            _batches[batch] + sizeof(int) + (Count(batch) * Unsafe.SizeOf<TState>()), Count(batch) * sizeof(uint)));

    private int Count(int batch) => MemoryMarshal.Read<int>(_bytes.AsSpan(_batches[batch]));

    private static ArgumentException Bad(string why) => new($"expected a parcel of states, found one that {why}");

    /// <summary>Writes a parcel, batch by batch.</summary>
    internal sealed class Writer
    {
        private readonly ArrayBufferWriter<byte> _bytes = new();
        private bool _hasStates;

        public void Add(Outbox<TState> batch)
        {
            MemoryMarshal.Write(_bytes.GetSpan(sizeof(int)), batch.Count);
            _bytes.Advance(sizeof(int));
            _bytes.Write(MemoryMarshal.AsBytes(batch.States));
            _bytes.Write(MemoryMarshal.AsBytes(batch.Origins));
            _hasStates |= batch.Count > 0;
        }

        /// <summary>Returns the bytes, none if every batch was empty, and begins the next parcel.</summary>
        public byte[] Take()
        {
            byte[] taken = _hasStates ? _bytes.WrittenSpan.ToArray() : [];
            _bytes.ResetWrittenCount();
            _hasStates = false;
            return taken;
        }
    }
}
