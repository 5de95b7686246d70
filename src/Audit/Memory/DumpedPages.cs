using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Dumps;

namespace Orleans.Mmu.Audit.Memory;

/// <summary>The table pages of a <see cref="TableDump"/> as memory.</summary>
public sealed class DumpedPages(TableDump dump) : IPhysicalMemory
{
    public PhysicalPiece Read(PhysicalAddress address, Span<byte> bytes)
    {
        var page = address.AlignDown((ulong)dump.PageSize);
        int offset = (int)(address - page);
        if (!dump.TryPage(page, out var content) || offset + bytes.Length > content.Length)
            return PhysicalPiece.Outside;
        content.Span.Slice(offset, bytes.Length).CopyTo(bytes);
        return PhysicalPiece.Present;
    }
}
