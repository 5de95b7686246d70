using Orleans.Mmu.Arm.Addresses;

namespace Orleans.Mmu.Audit.Cores;

/// <summary>A program header of an ELF core.</summary>
/// <param name="Offset">Where its bytes begin in the file.</param>
/// <param name="Virtual">p_vaddr.</param>
/// <param name="Physical">p_paddr; all ones where the writer knows none.</param>
/// <param name="FileBytes">Bytes in the file.</param>
/// <param name="MemoryBytes">Bytes of memory; what exceeds the file's is left out of the dump.</param>
internal readonly record struct ElfSegment(
    uint Type, ulong Offset, VirtualAddress Virtual, ulong Physical, ulong FileBytes, ulong MemoryBytes)
{
    public const uint Load = 1;
    public const uint Note = 4;
}
