using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Speculation.Maps;
using Orleans.Mmu.Tests.Linux;
using Orleans.Mmu.Verdicts.Properties;

namespace Orleans.Mmu.Tests.Checking;

/// <summary>Memory that a boot leaves without a leaf in the linear map is a violation.</summary>
public class MemoryCoverageTests
{
    [Fact]
    public void A_boot_maps_all_memory_that_the_kernel_keeps() => RandomMachine.Blocks.ForAll(machine =>
    {
        var map = PaintedMap.Of(machine);
        Assert.Empty(MemoryCoverage.Of(machine, map.Painter, map.Painted));
        Assert.Empty(MemoryCoverage.Of(machine, map.Painter, map.Final));
    }, iter: 60);

    [Theory]
    [InlineData(0UL)]
    [InlineData(0x600_0000UL)]
    [InlineData(0x3fe0_0000UL)]
    public void A_leaf_that_is_missing_is_found(ulong offset)
    {
        var machine = new TestMachine { Version = "7.3" }.Describe();
        var kernel = new RunningKernel(machine);
        var painter = PaintedMap.Of(machine).Painter;
        Assert.Empty(MemoryCoverage.Of(machine, painter, kernel.Tables));

        var at = painter.Layout.ToVirtual(new PhysicalAddress(0x4000_0000 + offset));
        kernel.Poke(at, (_, _) => default);

        var violation = Assert.Single(MemoryCoverage.Of(machine, painter, kernel.Tables));
        Assert.Equal(Property.UnexpectedFault.Name, violation.Property.Name);
        Assert.Contains("memory that the kernel did not map at boot", violation.ToString(), StringComparison.Ordinal);
        Assert.Contains($"{at}", violation.ToString(), StringComparison.Ordinal);
    }
}
