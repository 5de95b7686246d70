using Orleans.Mmu.Arm.Addresses;

namespace Orleans.Mmu.Audit.Memory;

/// <summary>What a dump has of a piece of physical memory.</summary>
public enum PhysicalPiece
{
    /// <summary>Its bytes.</summary>
    Present,

    /// <summary>The dump says that there is memory and leaves out its bytes.</summary>
    LeftOut,

    /// <summary>Nothing: there is no memory, as far as the dump says.</summary>
    Outside,
}

/// <summary>The physical memory that a dump holds.</summary>
public interface IPhysicalMemory
{
    /// <summary>Reads bytes from an address on; all of them, or none.</summary>
    PhysicalPiece Read(PhysicalAddress address, Span<byte> bytes);
}
