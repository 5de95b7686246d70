using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Audit.Memory;

namespace Orleans.Mmu.Audit.Cores;

/// <summary>The memory in a raw image: byte 0 of the file is at one physical address, and the rest follows.</summary>
public sealed class ImageMemory(IDumpBytes file, PhysicalAddress start) : IPhysicalMemory
{
    /// <summary>The physical address of the first byte.</summary>
    public PhysicalAddress Start => start;

    public PhysicalPiece Read(PhysicalAddress address, Span<byte> bytes)
    {
        ulong offset = unchecked(address.Value - start.Value);
        return offset < (ulong)file.Length && (ulong)file.Length - offset >= (ulong)bytes.Length
            && file.Read((long)offset, bytes) == bytes.Length ? PhysicalPiece.Present : PhysicalPiece.Outside;
    }
}
