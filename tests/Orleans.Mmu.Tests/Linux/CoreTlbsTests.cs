using Orleans.Mmu.Arm.BreakBeforeMake;
using Orleans.Mmu.Arm.TlbHierarchies;
using Orleans.Mmu.Arm.Tlbs;
using Orleans.Mmu.Linux.Cpus;
using LinuxCore = Orleans.Mmu.Linux.Cpus.Core;

namespace Orleans.Mmu.Tests.Linux;

/// <summary>What reference manuals say of the sizes of TLB entries, as log2 of the bytes.</summary>
public sealed class CoreTlbsTests
{
    [Theory]
    [InlineData("Cortex-A35", 30, 29)]
    [InlineData("Cortex-A35", 25, 25)]
    [InlineData("Cortex-A53", 30, 29)]
    [InlineData("Cortex-A57", 30, 30)]
    [InlineData("Cortex-A57", 25, 24)]
    [InlineData("Cortex-A57", 21, 21)]
    [InlineData("Cortex-A57", 14, 12)]
    [InlineData("Cortex-A72", 30, 30)]
    [InlineData("Cortex-A72", 29, 29)]
    [InlineData("Cortex-A72", 25, 24)]
    public void An_L2_TLB_holds_a_mapping_in_pieces_of_the_sizes_that_it_has(string core, int mapping, int piece) =>
        Assert.Equal(piece, CoreTlbs.Of(core)!.SecondSizes.Piece(mapping));

    [Theory]
    [InlineData("Cortex-A35")]
    [InlineData("Cortex-A53")]
    public void No_entry_of_an_L1_TLB_is_larger_than_the_piece_that_fills_it(string core)
    {
        var tlbs = CoreTlbs.Of(core)!;
        Assert.Equal((29, 29), (tlbs.InstructionSizes.Piece(30), tlbs.DataSizes.Piece(30)));
    }

    [Fact]
    public void The_L1_TLBs_of_Cortex_A72_hold_nothing_larger_than_a_megabyte()
    {
        var tlbs = CoreTlbs.Of("Cortex-A72")!;
        Assert.Equal((TlbGeometry.Create(48, 48), TlbGeometry.Create(32, 32)), (tlbs.Instructions, tlbs.Data));
        Assert.Equal(EntrySizes.Of(12, 16, 20), tlbs.InstructionSizes);
        Assert.Equal(20, tlbs.DataSizes.Piece(30));
        Assert.Contains("Cortex-A72", CoreTlbs.Complete);
    }

    [Fact]
    public void Cobalt_100_is_a_Neoverse_N2()
    {
        var core = LinuxCore.Of(Midr.Of(0x6d, 0xd49));
        Assert.Equal(("Azure Cobalt 100", BbmLevel.Level2), (core.Name, core.Bbm));
    }
}
