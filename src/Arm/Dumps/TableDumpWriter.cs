using System.Buffers.Binary;
using Orleans.Mmu.Arm.Geometry;

namespace Orleans.Mmu.Arm.Dumps;

/// <summary>Makes the dump of tables that <see cref="TableDump"/> reads.</summary>
public static class TableDumpWriter
{
    private const int HeaderBytes = 16;

    /// <param name="granule">Its pages are those of the dump.</param>
    /// <param name="words">
    /// Pieces of tables, each within a page; what a page has beside its pieces is 0.
    /// </param>
    public static byte[] Write(Granule granule, IEnumerable<(ulong Address, IReadOnlyList<ulong> Words)> words)
    {
        var pages = words.GroupBy(w => w.Address & ~(granule.PageSize - 1)).OrderBy(g => g.Key).ToList();
        int pageSize = (int)granule.PageSize;
        byte[] dump = new byte[HeaderBytes + pages.Count * (pageSize + 8)];
        "A64TBL01"u8.CopyTo(dump);
        BinaryPrimitives.WriteInt32LittleEndian(dump.AsSpan(8), pageSize);
        BinaryPrimitives.WriteInt32LittleEndian(dump.AsSpan(12), pages.Count);
        for (int i = 0; i < pages.Count; i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(dump.AsSpan(HeaderBytes + i * 8), pages[i].Key);
            var page = dump.AsSpan(HeaderBytes + pages.Count * 8 + i * pageSize, pageSize);
            foreach (var (address, piece) in pages[i])
            {
                int at = (int)(address - pages[i].Key);
                for (int word = 0; word < piece.Count; word++)
                    BinaryPrimitives.WriteUInt64LittleEndian(page[(at + word * 8)..], piece[word]);
            }
        }

        return dump;
    }
}
