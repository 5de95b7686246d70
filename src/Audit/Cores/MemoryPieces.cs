using Orleans.Mmu.Arm.Addresses;

namespace Orleans.Mmu.Audit.Cores;

/// <summary>
/// Where the bytes of physical memory lie in a file. Segments may overlap, as a kernel's text does with the memory
/// around it; the pieces do not, so that an address is found by halving.
/// </summary>
internal sealed class MemoryPieces
{
    private readonly List<(ulong Start, ulong End, ulong Offset)> _pieces = [];

    /// <param name="ranges">First address, bytes, and the offset of the first byte.</param>
    public MemoryPieces(IEnumerable<(ulong Start, ulong Bytes, ulong Offset)> ranges)
    {
        ulong end = 0;
        foreach (var (start, bytes, offset) in ranges.Where(r => r.Bytes > 0).OrderBy(r => r.Start))
        {
            ulong from = Math.Max(start, end);
            if (from >= start + bytes)
                continue;
            end = start + bytes;
            _pieces.Add((from, end, offset + (from - start)));
            Bytes += end - from;
        }
    }

    /// <summary>The size of all pieces in bytes.</summary>
    public ulong Bytes { get; }

    /// <summary>Whether any piece has the address.</summary>
    public bool Contains(PhysicalAddress address) => Find(address.Value) is not null;

    /// <summary>Reads bytes from an address on; false unless the pieces and the file have all of them.</summary>
    public bool TryRead(IDumpBytes file, PhysicalAddress address, Span<byte> bytes)
    {
        for (ulong at = address.Value; !bytes.IsEmpty;)
        {
            if (Find(at) is not var (start, end, offset))
                return false;
            int count = (int)Math.Min(end - at, (ulong)bytes.Length);
            if (file.Read((long)(offset + (at - start)), bytes[..count]) != count)
                return false;
            bytes = bytes[count..];
            at += (ulong)count;
        }

        return true;
    }

    private (ulong Start, ulong End, ulong Offset)? Find(ulong address)
    {
        var (low, high) = (0, _pieces.Count);
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_pieces[middle].End <= address)
                low = middle + 1;
            else
                high = middle;
        }

        return low < _pieces.Count && _pieces[low].Start <= address ? _pieces[low] : null;
    }
}
