using System.Buffers.Binary;
using System.Globalization;
using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Geometry;

namespace Orleans.Mmu.Arm.Dumps;

/// <summary>
/// Pages of translation tables, by the physical address they had in memory. The file holds "A64TBL01", u32 page size,
/// u32 n, n × u64 physical address in ascending order, then n pages in the same order; all little-endian.
/// </summary>
public sealed class TableDump
{
    /// <summary>The size limit of a dump in bytes: 1 GiB, which holds the tables of 512 GiB in 4K pages.</summary>
    public const long MaxBytes = 1L << 30;

    private const int HeaderBytes = 16;

    private readonly Dictionary<PhysicalAddress, byte[]> _pages = [];

    private TableDump(int pageSize) => PageSize = pageSize;

    /// <summary>The size of a page in bytes.</summary>
    public int PageSize { get; }

    public int Count => _pages.Count;

    /// <summary>
    /// Reads a dump to its end. It allocates only as many bytes as arrive, whatever the header claims.
    /// </summary>
    /// <exception cref="DumpException">
    /// The data is not a dump, ends early or late, or exceeds <see cref="MaxBytes"/>.
    /// </exception>
    public static TableDump Read(Stream stream)
    {
        byte[] header = Bytes(stream, HeaderBytes, "its header");
        if (!header.AsSpan(0, 8).SequenceEqual("A64TBL01"u8))
            throw new DumpException(
                $"expected a dump of tables that begins with A64TBL01, found the bytes "
                + $"{Convert.ToHexStringLower(header, 0, 8)}");
        uint pageSize = BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(8));
        uint count = BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(12));
        if (Granule.All.All(g => g.PageSize != pageSize))
            throw new DumpException(Text($"expected pages of 4096, 16384 or 65536 bytes, found {pageSize}"));
        if (count > (MaxBytes - HeaderBytes) / (pageSize + 8))
            throw new DumpException(
                Text($"expected a dump of at most {MaxBytes} bytes, found {count} pages of {pageSize}"));

        var dump = new TableDump((int)pageSize);
        var addresses = Addresses(Bytes(stream, (int)count * 8, "its list of addresses"), pageSize);
        foreach (var address in addresses)
            dump._pages.Add(address, Bytes(stream, (int)pageSize, $"the page at {address}"));
        return stream.ReadByte() < 0 ? dump
            : throw new DumpException(Text($"expected {count} pages, found more bytes after the last"));
    }

    /// <summary>The bytes of the page at an address, or false if the dump does not contain it.</summary>
    public bool TryPage(PhysicalAddress page, out ReadOnlyMemory<byte> bytes)
    {
        bool found = _pages.TryGetValue(page, out byte[]? known);
        bytes = known;
        return found;
    }

    private static List<PhysicalAddress> Addresses(byte[] bytes, uint pageSize)
    {
        var addresses = new List<PhysicalAddress>(bytes.Length / 8);
        for (int i = 0; i < bytes.Length; i += 8)
        {
            var address = new PhysicalAddress(BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(i)));
            if (!address.IsAligned(pageSize) || address.Value >> PhysicalAddress.MaxBits != 0)
                throw new DumpException(
                    Text($"expected page {i / 8} at a multiple of {pageSize} below 2^52, found {address}"));
            if (i > 0 && address <= addresses[^1])
                throw new DumpException(
                    Text($"expected ascending addresses, found page {i / 8} at {address} after {addresses[^1]}"));
            addresses.Add(address);
        }

        return addresses;
    }

    private static byte[] Bytes(Stream stream, int count, string what)
    {
        byte[] bytes = new byte[count];
        int read = stream.ReadAtLeast(bytes, count, throwOnEndOfStream: false);
        return read == count ? bytes
            : throw new DumpException(Text($"expected {count} bytes for {what}, found {read}: the dump is cut short"));
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
