using Orleans.Mmu.Import.Machines;
using Orleans.Mmu.Import.Places;

namespace Orleans.Mmu.Tests.Import;

/// <summary>Device trees of the shapes that boards have, as Linux reads them.</summary>
public sealed class BoardTreeTests
{
    // A single-board computer: addresses of two cells and sizes of one, memory in two pieces of one reg, reserved
    // memory whose place the kernel chooses, and a node that is disabled.
    [Fact]
    public void Sizes_of_one_cell_and_two_pieces_in_one_reg()
    {
        var (memory, noMap, cpus, warnings) = Import(new TreeBlob()
            .Begin("").Cells("#address-cells", 2).Cells("#size-cells", 1)
            .Begin("memory@0").Text("device_type", "memory")
            .Cells("reg", 0, 0, 0x3b400000, 0, 0x40000000, 0xbc000000).End()
            .Begin("reserved-memory").Cells("#address-cells", 2).Cells("#size-cells", 1).Cells("ranges")
            .Begin("linux,cma").Text("compatible", "shared-dma-pool").Cells("size", 0x4000000).Cells("reusable").End()
            .Begin("nvram@0").Cells("reg", 0, 0, 0).Cells("no-map").Text("status", "disabled").End()
            .Begin("firmware@3b000000").Cells("reg", 0, 0x3b000000, 0x100000).Cells("no-map").End()
            .End()
            .Begin("cpus").Cells("#address-cells", 1).Cells("#size-cells", 0)
            .Begin("cpu@0").Text("device_type", "cpu").Text("compatible", "arm,cortex-a72").Cells("reg", 0).End()
            .Begin("cpu@1").Text("device_type", "cpu").Text("compatible", "arm,cortex-a72").Cells("reg", 1).End()
            .Begin("l2-cache0").Text("compatible", "cache").End()
            .End()
            .Begin("chosen").Text("bootargs", "console=ttyS0,115200 root=/dev/mmcblk0p2 rodata=on").End().End());

        Assert.Equal("[0x0, 0x3b400000) [0x40000000, 0xfc000000)", memory);
        Assert.Equal("[0x3b000000, 0x3b100000)", noMap);
        Assert.Equal("Cortex-A72 Cortex-A72", cpus);
        Assert.DoesNotContain(warnings, w => w.StartsWith("fdt, ", StringComparison.Ordinal));
    }

    // A phone: the boot loader fills in memory, reserved memory lies side by side, some of it outside of memory, and
    // the cores' names are their vendor's.
    [Fact]
    public void Memory_that_a_boot_loader_fills_in_and_cores_of_vendors()
    {
        var blob = new TreeBlob()
            .Begin("").Cells("#address-cells", 2).Cells("#size-cells", 2)
            .Begin("memory@80000000").Text("device_type", "memory").Cells("reg", 0, 0x80000000, 0, 0).End()
            .Begin("memory@a0000000").Text("device_type", "memory").Cells("reg", 0, 0xa0000000, 0, 0x40000000).End()
            .Begin("reserved-memory").Cells("#address-cells", 2).Cells("#size-cells", 2).Cells("ranges")
            .Begin("hyp@a5700000").Cells("reg", 0, 0xa5700000, 0, 0x600000).Cells("no-map").End()
            .Begin("xbl@a5e00000").Cells("reg", 0, 0xa5e00000, 0, 0x100000).Cells("no-map").End()
            .Begin("aop@a5f00000").Cells("reg", 0, 0xa5f00000, 0, 0x20000).Cells("no-map").End()
            .Begin("tcm@2000000").Cells("reg", 0, 0x2000000, 0, 0x10000).Cells("no-map").End()
            .End()
            .Begin("cpus").Cells("#address-cells", 2).Cells("#size-cells", 0);
        foreach (string name in (string[])["nvidia,tegra194-carmel", "apple,firestorm", "cavium,thunder2"])
            blob.Begin($"cpu@{name.Length}").Text("device_type", "cpu").Texts("compatible", name, "arm,armv8").End();

        var (memory, noMap, cpus, warnings) = Import(blob.End().End());

        Assert.Equal("[0xa0000000, 0xe0000000)", memory);
        Assert.Equal("[0xa5700000, 0xa5d00000) [0xa5e00000, 0xa5f00000) [0xa5f00000, 0xa5f20000)", noMap);
        Assert.Equal("NVIDIA Carmel Apple Firestorm Cavium ThunderX2", cpus);
        Assert.Contains("fdt, /memory@80000000: reg has no size; a boot loader fills it in, and the tree of the "
            + "running machine has it (/sys/firmware/fdt)", warnings);
    }

    // A server of two nodes, of which one CPU has failed and one is disabled, which the kernel brings up all the same.
    [Fact]
    public void Nodes_of_memory_and_CPUs_that_failed()
    {
        var (memory, _, cpus, warnings) = Import(new TreeBlob()
            .Begin("").Cells("#address-cells", 2).Cells("#size-cells", 2)
            .Begin("memory@2080000000").Text("device_type", "memory").Cells("numa-node-id", 1)
            .Cells("reg", 0x20, 0x80000000, 1, 0).End()
            .Begin("memory@80000000").Text("device_type", "memory").Cells("numa-node-id", 0)
            .Cells("reg", 0, 0x80000000, 0, 0x7f000000).End()
            .Begin("memory@9000000000").Text("device_type", "memory").Text("status", "disabled")
            .Cells("reg", 0x90, 0, 1, 0).End()
            .Begin("cpus").Cells("#address-cells", 1).Cells("#size-cells", 0)
            .Begin("cpu@0").Text("device_type", "cpu").Texts("compatible", "vendor,x", "arm,neoverse-n1").End()
            .Begin("cpu@1").Text("compatible", "arm,neoverse-n1").Text("status", "disabled").End()
            .Begin("cpu@2").Text("device_type", "cpu").Text("compatible", "arm,neoverse-v3").Text("status", "fail")
            .End()
            .Begin("cpu@3").Text("device_type", "cpu").Text("compatible", "arm,neoverse-v3").Text("status", "fail-sss")
            .End()
            .Begin("cpu-map").Begin("cluster0").End().End()
            .End().End());

        Assert.Equal("[0x80000000, 0xff000000) [0x2080000000, 0x2180000000)", memory);
        Assert.Equal("Neoverse-N1 Neoverse-N1", cpus);
        Assert.DoesNotContain(warnings, w => w.StartsWith("fdt, ", StringComparison.Ordinal));
    }

    // An old board: cells of one, and none named at the root, which counts as one.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Addresses_of_one_cell(bool named)
    {
        var blob = new TreeBlob().Begin("");
        if (named)
            blob.Cells("#address-cells", 1).Cells("#size-cells", 1);

        var (memory, noMap, cpus, _) = Import(blob
            .Begin("memory").Text("device_type", "memory").Cells("reg", 0x40000000, 0x80000000).End()
            .Begin("reserved-memory").Cells("#address-cells", 1).Cells("#size-cells", 1).Cells("ranges")
            .Begin("secmon@50000000").Cells("reg", 0x50000000, 0x200000, 0x60000000, 0x10000).Cells("no-map").End()
            .End()
            .Begin("cpus").Cells("#address-cells", 1).Cells("#size-cells", 0)
            .Begin("cpu@0").Text("device_type", "cpu").Texts("compatible", "arm,cortex-a53", "arm,armv8").End()
            .End().End());

        Assert.Equal("[0x40000000, 0xc0000000)", memory);
        Assert.Equal("[0x50000000, 0x50200000) [0x60000000, 0x60010000)", noMap);
        Assert.Equal("Cortex-A53", cpus);
    }

    // Linux asks reserved-memory for the root's cells and for ranges, and maps what is in it otherwise.
    [Theory]
    [InlineData(2u, 1u, true, "with other #address-cells or #size-cells than the root")]
    [InlineData(1u, 1u, true, "with other #address-cells or #size-cells than the root")]
    [InlineData(2u, 2u, false, "without ranges")]
    public void Reserved_memory_of_another_form_is_mapped(uint addresses, uint sizes, bool ranges, string why)
    {
        var blob = new TreeBlob()
            .Begin("").Cells("#address-cells", 2).Cells("#size-cells", 2)
            .Begin("memory@40000000").Text("device_type", "memory").Cells("reg", 0, 0x40000000, 1, 0).End()
            .Begin("reserved-memory").Cells("#address-cells", addresses).Cells("#size-cells", sizes);
        if (ranges)
            blob.Cells("ranges");

        var (_, noMap, _, warnings) = Import(blob
            .Begin("a@50000000").Cells("reg", 0x50000000, 0x200000).Cells("no-map").End().End().End());

        Assert.Equal("", noMap);
        Assert.Contains($"fdt, /reserved-memory: {why}, the kernel passes over the nodes in it", warnings);
    }

    private static (string Memory, string NoMap, string Cpus, IReadOnlyList<string> Warnings) Import(TreeBlob blob)
    {
        var files = new FileSet();
        files.Add(FileKind.DeviceTree, new("fdt", blob.ToArray()));
        var imported = ImportedMachine.Of(files, new ImportOptions("m"));
        var machine = Samples.Machine(imported);
        return (string.Join(' ', machine.Memory), string.Join(' ', machine.NoMap),
            string.Join(' ', machine.Cpus.Select(c => c.Core.Name)), [.. imported.Warnings]);
    }
}
