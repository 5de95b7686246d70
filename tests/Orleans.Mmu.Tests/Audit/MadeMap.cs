using Orleans.Mmu.Tests.Arm;

namespace Orleans.Mmu.Tests.Audit;

/// <summary>
/// Tables of 4K pages and 48-bit addresses for audits: the linear map of RAM at 0x40000000, a kernel image with text
/// and rodata, and whatever a test adds.
/// </summary>
internal sealed class MadeMap
{
    /// <summary>PAGE_OFFSET.</summary>
    public const ulong Linear = 0xffff_0000_0000_0000;

    /// <summary>Where the image is mapped.</summary>
    public const ulong Image = 0xffff_8000_8000_0000;

    /// <summary>The RAM that the linear map begins with.</summary>
    public const ulong Ram = 0x4000_0000;

    /// <summary>PAGE_KERNEL without type and address: UXN, PXN, DBM, AF, inner shareable.</summary>
    public const ulong Data = 0x0068_0000_0000_0700;

    /// <summary>PAGE_KERNEL_RO.</summary>
    public const ulong ReadOnly = 0x0060_0000_0000_0780;

    /// <summary>PAGE_KERNEL_ROX.</summary>
    public const ulong Text = 0x0040_0000_0000_0780;

    public const ulong Contiguous = 1UL << 52;

    private readonly DumpBytes _pages = new DumpBytes(4096).Page(DumpBytes.Root);
    private readonly Dictionary<(ulong Table, int Index), ulong> _next = [];
    private ulong _free = DumpBytes.Root + 0x1000;

    /// <summary>The linear map of 64 MB in blocks, with the image at 0x40200000 and its alias read-only.</summary>
    public static MadeMap Good()
    {
        var map = new MadeMap();
        for (ulong at = 0; at < 0x400_0000; at += 0x20_0000)
            map.Block(Linear + at, Ram + at, at is 0x20_0000 or 0x40_0000 ? ReadOnly : Data);
        return map.Block(Image, Ram + 0x20_0000, Text).Block(Image + 0x20_0000, Ram + 0x40_0000, ReadOnly);
    }

    /// <summary>A level 2 block.</summary>
    public MadeMap Block(ulong va, ulong pa, ulong attributes) => Word(va, 2, pa | attributes | 1);

    /// <summary>A level 3 page.</summary>
    public MadeMap Page(ulong va, ulong pa, ulong attributes) => Word(va, 3, pa | attributes | 3);

    /// <summary>Any word at any level; the tables above it are made where they are missing.</summary>
    public MadeMap Word(ulong va, int level, ulong word)
    {
        ulong table = DumpBytes.Root;
        for (int l = 0; l < level; l++)
        {
            var entry = (table, Index(va, l));
            if (!_next.TryGetValue(entry, out ulong next))
            {
                _next.Add(entry, next = _free);
                _free += 0x1000;
                _pages.Table(table, entry.Item2, next);
            }

            table = next;
        }

        _pages.Word(table, Index(va, level), word);
        return this;
    }

    /// <summary>The table at a level that translates an address.</summary>
    public ulong TableOf(ulong va, int level) =>
        Enumerable.Range(0, level).Aggregate(DumpBytes.Root, (table, l) => _next[(table, Index(va, l))]);

    /// <summary>As tables.bin.</summary>
    public byte[] ToTables() => _pages.ToArray();

    private static int Index(ulong va, int level) => (int)(va >> (39 - 9 * level)) & 511;
}
