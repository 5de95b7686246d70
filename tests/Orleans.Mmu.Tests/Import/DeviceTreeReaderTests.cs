using System.Buffers.Binary;
using Orleans.Mmu.Import.DeviceTrees;
using Orleans.Mmu.Import.Machines;
using Orleans.Mmu.Import.Places;
using Orleans.Mmu.Inputs;

namespace Orleans.Mmu.Tests.Import;

/// <summary>Flattened device trees: what they say, and offsets that point elsewhere.</summary>
public sealed class DeviceTreeReaderTests
{
    private static readonly byte[] Sample = TreeBlob.Sample();

    [Fact]
    public void Memory_no_map_CPUs_and_bootargs_are_read()
    {
        var tree = Read(Sample);

        Assert.Equal("[0x40000000, 0x140000000)", Assert.Single(tree.Memory).Range.ToString());
        Assert.Equal("[0x50000000, 0x50200000)", Assert.Single(tree.NoMap).Range.ToString());
        Assert.Equal(["Neoverse-V3", "Cortex-A76"], tree.Cpus.Select(c => c.Core!.Name));
        Assert.Equal(("rodata=off", false), (tree.CommandLine, tree.IsUefi));
    }

    [Fact]
    public void A_machine_of_a_tree_says_that_revisions_are_assumed()
    {
        var files = new FileSet();
        files.Add(FileKind.DeviceTree, new("fdt", Sample));

        var imported = ImportedMachine.Of(files, new ImportOptions("m"));

        Assert.Contains(imported.Warnings, w => w.StartsWith(
            "cpus is assumed: fdt has cores without revisions, so r0p0", StringComparison.Ordinal));
        Assert.Equal(
            [0x410fd840u, 0x410fd0b0u], Samples.Machine(imported).Cpus.Select(c => c.Midr.Value));
    }

    [Fact]
    public void Source_is_refused_with_the_command_that_flattens_it() => Assert.Equal(
        "dtb:1: expected a flattened device tree, found its source: dtc -I dts -O dtb makes one",
        Assert.Throws<InputException>(
            () => DeviceTreeReader.Read(Samples.File("dtb", "/dts-v1/;\n/ { };\n"))).Message);

    [Theory]
    [InlineData(0, 0xd00dfeeeu, "at byte 0x0: expected a flattened device tree (d00dfeed), found d00dfeee")]
    [InlineData(4, 0xffffffffu, "at byte 0x4: expected an offset or a size of at most ")]
    [InlineData(8, 0x7fffffffu, "at byte 0x8: expected an offset or a size of at most ")]
    [InlineData(12, 0x00ffffffu, "at byte 0xc: expected an offset or a size of at most ")]
    [InlineData(20, 3u, "at byte 0x14: expected version 16 or later, found 00000003")]
    [InlineData(24, 98u, "at byte 0x18: expected a tree that is compatible with version 17 or earlier, found 00000062")]
    [InlineData(36, 0x00ffffffu, "at byte 0x24: expected an offset or a size of at most ")]
    [InlineData(56, 7u, "at byte 0x38: expected a token of a tree of nodes, found 00000007")]
    [InlineData(68, 0x80000000u, "at byte 0x44: expected a length below 2^31, found 80000000")]
    [InlineData(68, 0x00ffffffu, "at byte 0x44: expected at most ")]
    [InlineData(72, 0x00ffffffu, "at byte 0x48: expected an offset below ")]
    public void An_offset_that_points_elsewhere_is_refused(int at, uint word, string message)
    {
        byte[] changed = [.. Sample];
        BinaryPrimitives.WriteUInt32BigEndian(changed.AsSpan(at), word);

        Assert.StartsWith(
            $"fdt:1: {message}", Assert.Throws<InputException>(() => Read(changed)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_header_that_is_cut_is_refused() => Assert.Equal(
        "dtb:1: at byte 0x18: expected a header of 40 bytes, found the end of the file",
        Assert.Throws<InputException>(() => DeviceTreeReader.Read(new("dtb", Sample.AsMemory(0, 24)))).Message);

    [Fact]
    public void A_tree_of_endless_depth_is_refused()
    {
        var blob = new TreeBlob();
        for (int i = 0; i < 100; i++)
            blob.Begin("n");

        Assert.Contains("expected a token of a tree of nodes",
            Assert.Throws<InputException>(() => Read(blob.ToArray())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_is_bounded() => Assert.Contains("expected a name of at most 255 bytes, found ",
        Assert.Throws<InputException>(() => Read(new TreeBlob().Begin(new('n', 256)).End().ToArray())).Message,
        StringComparison.Ordinal);

    // The machine file quotes names in comments.
    [Fact]
    public void A_name_with_a_line_break_adds_nothing_to_the_machine()
    {
        var files = new FileSet();
        files.Add(FileKind.DeviceTree, new("fdt", new TreeBlob()
            .Begin("").Cells("#address-cells", 2).Cells("#size-cells", 2)
            .Begin("memory@40000000").Text("device_type", "memory").Cells("reg", 0, 0x40000000, 1, 0).End()
            .Begin("reserved-memory").Cells("#address-cells", 2).Cells("#size-cells", 2)
            .Begin("x\n,{\"start\":\"0x0\",\"end\":\"0x1000\"}//").Cells("reg", 0, 0x50000000, 0, 0x200000)
            .Cells("no-map").End()
            .End()
            .Begin("cpus").Cells("#address-cells", 1).Cells("#size-cells", 0)
            .Begin("cpu@0").Text("device_type", "cpu").Text("compatible", "arm,neoverse-v3").Cells("reg", 0).End()
            .End().End().ToArray()));

        var machine = Samples.Machine(ImportedMachine.Of(files, new ImportOptions("m")));

        Assert.Equal("[0x50000000, 0x50200000)", Assert.Single(machine.NoMap).ToString());
    }

    [Fact]
    public void What_the_kernel_takes_otherwise_than_the_tree_has_it_is_said()
    {
        var files = new FileSet();
        files.Add(FileKind.DeviceTree, new("fdt", new TreeBlob()
            .Begin("").Cells("#address-cells", 2).Cells("#size-cells", 2)
            .Begin("memory@40000000").Text("device_type", "memory").Cells("reg", 0, 0x40000000, 0, 0x40000800).End()
            .Begin("memory@70000000").Text("device_type", "memory").Cells("reg", 0, 0x70000000, 0, 0x20000000).End()
            .Begin("memory@90000000").Text("device_type", "memory").End()
            .Begin("memory@a0000000").Text("device_type", "memory")
            .Cells("linux,usable-memory", 0, 0xa0000000, 0, 0x1000).Cells("reg", 0, 0xa0000000, 0, 0x2000).End()
            .Begin("reserved-memory").Cells("#address-cells", 2).Cells("#size-cells", 2)
            .Begin("pool").Cells("no-map").Cells("size", 0, 0x1000).End()
            .End().End().ToArray()));

        var imported = ImportedMachine.Of(files, new ImportOptions("m"));

        Assert.Equal(
        [
            "fdt, /memory@90000000: without reg, the kernel passes over it",
            "fdt, /reserved-memory/pool: without reg, the kernel chooses its place while it boots, so it is missing in "
            + "noMap",
            "fdt, /memory@40000000: [0x40000000, 0x80000800) does not begin and end at multiples of 4K; the kernel "
            + "leaves out a page that is not whole",
            "fdt, /memory@70000000: [0x70000000, 0x90000000) overlaps [0x40000000, 0x80000000) (fdt, "
            + "/memory@40000000); the kernel joins them",
        ], imported.Warnings.Where(w => w.StartsWith("fdt, ", StringComparison.Ordinal)));
        Assert.Equal(["[0x40000000, 0x90000000)", "[0xa0000000, 0xa0001000)"],
            Samples.Machine(imported).Memory.Select(m => m.ToString()));
    }

    [Theory]
    [InlineData(0u, 0x1000u, 0u, "/memory@0: expected pairs of 16 bytes in reg, found 12 bytes")]
    [InlineData(0xffffffffu, 0u, 1u, "/memory@0: expected pairs of 16 bytes in reg, found 12 bytes")]
    public void A_wrong_range_is_refused_with_the_path_of_its_node(uint a, uint b, uint c, string message) =>
        Assert.Equal($"fdt:1: {message}", Assert.Throws<InputException>(() => Read(new TreeBlob()
            .Begin("").Cells("#address-cells", 2).Cells("#size-cells", 2)
            .Begin("memory@0").Text("device_type", "memory").Cells("reg", a, b, c).End().End().ToArray())).Message);

    private static DeviceTree Read(byte[] bytes) => DeviceTreeReader.Read(new("fdt", bytes));
}
