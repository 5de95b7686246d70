using System.Buffers.Binary;

namespace Orleans.Mmu.Tests.Arm;

/// <summary>Dumps for tests, word by word.</summary>
internal sealed class DumpBytes(int pageSize)
{
    /// <summary>Where <see cref="Registers"/> points.</summary>
    public const ulong Root = 0x4000_0000;

    /// <summary>4K pages, 48-bit VA.</summary>
    public const string Registers = "cpu0 TTBR1_EL1 = 0x0002000040000001\ncpu0 TCR_EL1 = 0x005001f5b5503510\n";

    private readonly SortedDictionary<ulong, byte[]> _pages = [];

    /// <summary>A page of zeros.</summary>
    public DumpBytes Page(ulong address)
    {
        _pages[address] = new byte[pageSize];
        return this;
    }

    /// <summary>An entry of a page, which is made where it is missing.</summary>
    public DumpBytes Word(ulong page, int index, ulong word)
    {
        if (!_pages.ContainsKey(page))
            Page(page);
        BinaryPrimitives.WriteUInt64LittleEndian(_pages[page].AsSpan(index * 8), word);
        return this;
    }

    /// <summary>An entry that leads to another page, which is made where it is missing.</summary>
    public DumpBytes Table(ulong page, int index, ulong next)
    {
        if (!_pages.ContainsKey(next))
            Page(next);
        return Word(page, index, next | 3);
    }

    public byte[] ToArray()
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write("A64TBL01"u8);
        writer.Write(pageSize);
        writer.Write(_pages.Count);
        foreach (ulong address in _pages.Keys)
            writer.Write(address);
        foreach (byte[] page in _pages.Values)
            writer.Write(page);
        return stream.ToArray();
    }

    /// <summary>Three levels of tables and a few leaves.</summary>
    public static DumpBytes Small() => new DumpBytes(4096)
        .Table(Root, 0, 0x4000_1000).Table(0x4000_1000, 0, 0x4000_2000).Table(0x4000_2000, 1, 0x4000_3000)
        .Word(0x4000_1000, 1, 0x00e8_0000_8000_0705).Word(0x4000_2000, 0, 0x00e8_0000_4000_0705)
        .Word(0x4000_3000, 2, 0x00e8_0000_4020_2707);
}
