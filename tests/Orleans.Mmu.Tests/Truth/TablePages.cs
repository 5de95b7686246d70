using System.Buffers.Binary;
using System.Text;
using ZstdSharp;

namespace Orleans.Mmu.Tests.Truth;

/// <summary>The raw table pages of one boot (<c>tables.bin.zst</c>), by physical address.</summary>
internal sealed class TablePages
{
    private static readonly byte[] Magic = Encoding.ASCII.GetBytes("A64TBL01");

    private readonly Dictionary<ulong, ReadOnlyMemory<byte>> _pages = [];

    private TablePages(int pageSize) => PageSize = pageSize;

    public int PageSize { get; }

    public int Count => _pages.Count;

    public static TablePages Read(string file)
    {
        using var decompressor = new Decompressor();
        byte[] bytes = decompressor.Unwrap(File.ReadAllBytes(file)).ToArray();
        if (!bytes.AsSpan(0, 8).SequenceEqual(Magic))
            throw new InvalidDataException($"{file} holds no table pages");
        int pageSize = (int)BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(8));
        int count = (int)BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(12));
        int data = 16 + count * 8;
        if (bytes.Length != data + count * pageSize)
            throw new InvalidDataException($"{file} has {bytes.Length} bytes, not what {count} pages take");
        var pages = new TablePages(pageSize);
        for (int i = 0; i < count; i++)
        {
            ulong address = BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(16 + i * 8));
            pages._pages.Add(address, bytes.AsMemory(data + i * pageSize, pageSize));
        }

        return pages;
    }

    /// <summary>The 64-bit word at a physical address.</summary>
    /// <exception cref="KeyNotFoundException">The dump has no such page.</exception>
    public ulong Word(ulong address)
    {
        ulong offset = address & ((ulong)PageSize - 1);
        return BinaryPrimitives.ReadUInt64LittleEndian(_pages[address - offset].Span[(int)offset..]);
    }
}
