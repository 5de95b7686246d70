using System.Numerics;
using Orleans.Mmu.Arm.Descriptors;

namespace Orleans.Mmu.Arm.Tables;

/// <summary>Ranges of entries, written and read together.</summary>
public sealed partial class PatchedTable
{
    /// <summary>Writes leaves that differ by a stride into consecutive entries of a last-level table.</summary>
    internal void WriteLeaves(int index, int count, Descriptor first, ulong stride)
    {
        ulong bits = first.Bits;
        for (int end = index + count; index < end;)
        {
            int more = Math.Min(ChunkEntries - (index & (ChunkEntries - 1)), end - index);
            int at = SlotOf(index);
            foreach (ref ulong word in _words.AsSpan(at, more))
            {
                word = bits;
                bits += stride;
            }

            index += more;
        }
    }

    /// <summary>
    /// How many entries from an index on hold leaves that were written one by one and map consecutive memory; 1 where
    /// the entry holds none.
    /// </summary>
    /// <param name="size">The size of a leaf.</param>
    internal int LeavesFrom(int index, ulong size)
    {
        int at = Find(index);
        if (at < 0 || _tables is not null || _children is not null)
            return 1;
        ulong word = _words[at];
        int end = index + 1;
        while (end < Count && Find(end) is >= 0 and var next && _words[next] == word + (ulong)(end - index) * size)
            end++;
        return end - index;
    }

    /// <summary>Whether entries are zero and can be seen to be without reading each.</summary>
    public bool IsEmpty(int index, int count) =>
        RunFrom(index) >= count && this[index].IsNone && this[index + count - 1].IsNone;

    /// <summary>Clears the Contiguous bit of every leaf in a range of entries.</summary>
    internal void ClearContiguous(int index, int count)
    {
        bool tables = !Level.IsLast;
        for (int end = index + count; index < end;)
        {
            int more = Math.Min(ChunkEntries - (index & (ChunkEntries - 1)), end - index);
            int at = SlotOf(index);
            foreach (ref ulong word in _words.AsSpan(at, more))
            {
                if (!tables || (word & 3) != 3)
                    word &= ~Descriptor.ContiguousBit;
            }

            index += more;
        }
    }

    /// <summary>The entries of the given chunks, ascending.</summary>
    /// <param name="chunks">A bit for each chunk.</param>
    internal IEnumerable<int> EntriesOf(ulong chunks)
    {
        for (; chunks != 0; chunks &= chunks - 1)
        {
            int first = BitOperations.TrailingZeroCount(chunks) << _chunkShift;
            for (int i = first; i < first + ChunkEntries; i++)
                yield return i;
        }
    }
}
