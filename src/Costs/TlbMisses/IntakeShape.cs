using Orleans.Mmu.Arm.TlbHierarchies;
using Orleans.Mmu.Costs.AddressSpaces;
using Orleans.Mmu.Costs.Stacks;

namespace Orleans.Mmu.Costs.TlbMisses;

/// <summary>What all configurations of a replay have in common, so that the intake does it once for all.</summary>
/// <param name="InstructionSlots">Instruction pages that every L1 TLB has room for.</param>
/// <param name="DataSlots">Data pages that every L1 TLB has room for.</param>
/// <param name="ImageMask">Bits of a page's number that distinguish entries for the kernel's image.</param>
public sealed record IntakeShape(int InstructionSlots, int DataSlots, ulong ImageMask)
{
    public static IntakeShape Of(IReadOnlyCollection<TlbConfiguration> configurations) => new(
        Math.Min(RecentPages.MaxSlots, configurations.Min(c => c.Tlbs.Instructions.Ways)),
        Math.Min(RecentPages.MaxSlots, configurations.Min(c => c.Tlbs.Data.Ways)),
        // Every configuration maps the image in blocks; the mask follows the smallest piece of one that a TLB entry can
        // hold.
        ulong.MaxValue << (configurations.Min(c => Smallest(c.Tlbs)) - PageSizes.MinLog2));

    private static int Smallest(TlbHierarchy tlbs) =>
        new[] { tlbs.InstructionSizes, tlbs.DataSizes, tlbs.SecondSizes }.Min(s => s.Piece(PageSizes.ImageLog2));
}
