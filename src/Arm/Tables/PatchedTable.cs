using System.Numerics;
using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Descriptors;
using Orleans.Mmu.Arm.Geometry;

namespace Orleans.Mmu.Arm.Tables;

/// <summary>
/// A writable table: a base, and chunks of words over it that exist only where something was written. A page of
/// descriptors with a few changes costs some 250 bytes; a page that was filled entry by entry costs its words. Only the
/// editor that made the table may write it, until the editor publishes.
/// </summary>
public sealed partial class PatchedTable : TranslationTable
{
    // The number of chunks is at most the number of bits of a word. In small tables, a chunk is a contiguous group of
    // the 4K granule.
    private const int MostChunks = 64;
    private const int LeastShift = 4;

    // The contents of entries that were never written: _first for entry 0, and _stride more for each entry after it.
    private readonly ulong _first;
    private readonly ulong _stride;
    private readonly int _chunkShift;

    // The tables that those entries lead to, if any.
    private readonly TableOfSequences? _tables;

    // A bit for each chunk that was written. _words holds the words of these chunks in order; _children, if present,
    // holds their tables in the same order.
    private ulong _written;
    private ulong[] _words = [];
    private TranslationTable?[]? _children;

    internal PatchedTable(PhysicalAddress address, Level level, int count, object owner)
        : base(address, level, count)
    {
        Owner = owner;
        _chunkShift = Math.Max(
            Math.Min(LeastShift, BitOperations.Log2((uint)count)), BitOperations.Log2((uint)count / MostChunks));
    }

    internal PatchedTable(TranslationTable original, object owner)
        : this(original.Address, original.Level, original.Count, owner)
    {
        switch (original)
        {
            case SequenceTable run:
                (_first, _stride) = (run.First.Bits, run.Stride);
                break;
            case TableOfSequences tables:
                (_first, _stride, _tables) = (tables.First.Bits, tables.Stride, tables);
                break;
            case PatchedTable patched:
                (_first, _stride, _tables, _written) =
                    (patched._first, patched._stride, patched._tables, patched._written);
                _words = patched._words.AsSpan(0, patched.Used).ToArray();
                _children = patched._children?.AsSpan(0, patched.Used).ToArray();
                break;
            default:
                throw new ArgumentException($"no copy is known of {original.GetType()}", nameof(original));
        }
    }

    /// <summary>The editing session that may write this table.</summary>
    internal object Owner { get; }

    /// <summary>The table's contents before any write.</summary>
    internal TranslationTable Base =>
        (TranslationTable?)_tables ?? new SequenceTable(Address, Level, Count, new(_first), _stride);

    /// <summary>A bit for each chunk of <see cref="ChunkEntries"/> entries that was written.</summary>
    internal ulong WrittenChunks => _written;

    internal int ChunkEntries => 1 << _chunkShift;

    internal int Chunks => Count >> _chunkShift;

    public override Descriptor this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
            int at = Find(index);
            return new(at < 0 ? _first + (ulong)index * _stride : _words[at]);
        }
    }

    private int Used => BitOperations.PopCount(_written) << _chunkShift;

    public override TranslationTable? Child(int index)
    {
        var next = Read(index).Next;
        return ReferenceEquals(next, _tables) ? _tables?.Child(index) : next;
    }

    /// <summary>Whether an entry leads to the same table as it did before any write.</summary>
    internal bool LeadsToFirstChild(int index) => _tables is not null && ReferenceEquals(Read(index).Next, _tables);

    internal override TableEntry Read(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
        int at = Find(index);
        if (at < 0)
            return new(new(_first + (ulong)index * _stride), _tables);
        ulong word = _words[at];
        // A table descriptor is written together with its table. An entry without a table of its own still holds what
        // the base has there.
        return new(new(word), _children?[at] ?? (word == _first + (ulong)index * _stride ? _tables : null));
    }

    internal override int RunFrom(int index)
    {
        ulong from = _written >> (index >> _chunkShift);
        if ((from & 1) != 0)
            return 1;
        int chunks = BitOperations.TrailingZeroCount(from);
        return Math.Min(Count, ((index >> _chunkShift) + chunks) << _chunkShift) - index;
    }

    internal void Write(int index, Descriptor descriptor, TranslationTable? child)
    {
        int at = SlotOf(index);
        _words[at] = descriptor.Bits;
        if (child is not null)
            _children ??= new TranslationTable?[_words.Length];
        if (_children is not null)
            _children[at] = child;
    }

    // The position of an entry's word in _words; negative if its chunk was never written.
    private int Find(int index)
    {
        ulong chunk = 1UL << (index >> _chunkShift);
        return (_written & chunk) == 0
            ? -1
            : (BitOperations.PopCount(_written & (chunk - 1)) << _chunkShift) + (index & ((1 << _chunkShift) - 1));
    }

    // As above, but adds the chunk if it is missing.
    private int SlotOf(int index)
    {
        int at = Find(index);
        if (at >= 0)
            return at;
        int size = ChunkEntries;
        int chunk = index >> _chunkShift;
        int used = Used;
        int start = BitOperations.PopCount(_written & ((1UL << chunk) - 1)) << _chunkShift;
        if (used == _words.Length)
        {
            int room = Math.Min(Count, Math.Max(size, 2 * used));
            Array.Resize(ref _words, room);
            if (_children is not null)
                Array.Resize(ref _children, room);
        }

        Array.Copy(_words, start, _words, start + size, used - start);
        for (int i = 0; i < size; i++)
            _words[start + i] = _first + (ulong)((chunk << _chunkShift) + i) * _stride;
        if (_children is not null)
        {
            Array.Copy(_children, start, _children, start + size, used - start);
            Array.Clear(_children, start, size);
        }

        _written |= 1UL << chunk;
        return start + (index & (size - 1));
    }
}
