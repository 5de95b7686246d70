using Orleans.Mmu.Arm.TlbHierarchies;
using Orleans.Mmu.Costs.AddressSpaces;
using Orleans.Mmu.Costs.Stacks;

namespace Orleans.Mmu.Costs.TlbMisses;

/// <summary>What all configurations of a replay have in common, so that it can be done for them once.</summary>
/// <param name="InstructionSlots">Instruction pages that every L1 TLB has room for.</param>
/// <param name="DataSlots">The same for data.</param>
/// <param name="ImageMask">Bits of a page's number that tell apart entries for the kernel's image.</param>
public sealed record IntakeShape(int InstructionSlots, int DataSlots, ulong ImageMask)
{
    public static IntakeShape Of(IReadOnlyCollection<TlbConfiguration> configurations) => new(
        Math.Min(RecentPages.MaxSlots, configurations.Min(c => c.Tlbs.Instructions.Ways)),
        Math.Min(RecentPages.MaxSlots, configurations.Min(c => c.Tlbs.Data.Ways)),
        // All configurations have the image in blocks, and most can keep one in an entry.
        ulong.MaxValue << (configurations.Min(c => Smallest(c.Tlbs)) - PageSizes.MinLog2));

    private static int Smallest(TlbHierarchy tlbs) => new[] { tlbs.InstructionSizes, tlbs.DataSizes, tlbs.SecondSizes }.Min(s => s.Piece(PageSizes.ImageLog2));
}
