using System.Buffers.Binary;
using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Import.Resources;
using Orleans.Mmu.Import.Texts;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Linux.Cpus;
using Orleans.Mmu.Linux.Machines;

namespace Orleans.Mmu.Import.DeviceTrees;

/// <summary>
/// Reads memory, reserved memory, CPUs and the command line of a flattened device tree (of/fdt.c:
/// early_init_dt_scan_memory, fdt_scan_reserved_mem, early_init_dt_scan_chosen).
/// </summary>
public static class DeviceTreeReader
{
    private const int PaBits = 52;

    /// <exception cref="InputException">The file is no device tree, or a range in it is none of memory.</exception>
    public static DeviceTree Read(ImportFile file)
    {
        if (file.Content.Span.TrimStart(" \t\r\n"u8).StartsWith("/dts-v1/"u8))
            throw file.Error(1, "expected a flattened device tree, found its source: dtc -I dts -O dtb makes one");
        var root = FlattenedTree.Read(file);
        var memory = root.Children
            .Where(n => n.FirstText("device_type") == "memory" && IsEnabled(n)).SelectMany(n => Ranges(file, root, n))
            .ToList();
        List<NamedRange> noMap =
        [
            .. (root.Child("reserved-memory")?.Children ?? []).Where(n => n.Has("no-map") && IsEnabled(n))
                .SelectMany(n => Ranges(file, root.Child("reserved-memory")!, n)),
        ];
        var chosen = root.Child("chosen");
        return new(
            file.Name,
            memory.Count == 0 ? null : new(
                MemoryLayout.Ordered(file.Name, memory), MemoryLayout.Ordered(file.Name, noMap)),
            [.. (root.Child("cpus")?.Children ?? []).Where(n => n.FirstText("device_type") == "cpu" && IsEnabled(n))
                .Take(MachineDescription.MaxCpus).Select(n => Cpu(file, n))],
            chosen?.FirstText("bootargs"),
            chosen?.Has("linux,uefi-system-table") ?? false);
    }

    private static bool IsEnabled(DeviceNode node) => node.FirstText("status") is null or "okay" or "ok";

    // "reg" has pairs of an address and a size, whose cells the parent counts.
    private static IEnumerable<NamedRange> Ranges(ImportFile file, DeviceNode parent, DeviceNode node)
    {
        uint addressCells = parent.Number("#address-cells") ?? 2;
        uint sizeCells = parent.Number("#size-cells") ?? 1;
        if (addressCells is 0 or > 2 || sizeCells is 0 or > 2)
            throw file.Error(1, $"{Path(node)}: expected addresses and sizes of 1 or 2 cells, found {addressCells} and "
                + $"{sizeCells}");
        if (node.Bytes("reg") is not { } reg)
            yield break;
        int pair = (int)(addressCells + sizeCells) * 4;
        if (reg.Length % pair != 0)
            throw file.Error(1, $"{Path(node)}: expected pairs of {pair} bytes in reg, found {reg.Length} bytes");
        for (int at = 0; at < reg.Length; at += pair)
        {
            ulong start = Cells(reg.Span[at..], addressCells);
            ulong size = Cells(reg.Span[(at + (int)addressCells * 4)..], sizeCells);
            if (size == 0)
                continue;
            if (start >> PaBits != 0 || size > (1UL << PaBits) - start)
                throw file.Error(1, $"{Path(node)}: expected memory below 2^{PaBits}, found 0x{size:x} bytes at "
                    + $"0x{start:x}");
            yield return new(new(new(start), new PhysicalAddress(start) + size), node.PlainName, Place(file, node));
        }
    }

    private static ulong Cells(ReadOnlySpan<byte> bytes, uint cells) => cells == 1
        ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt64BigEndian(bytes);

    private static TreeCpu Cpu(ImportFile file, DeviceNode node)
    {
        string compatible = node.FirstText("compatible") ?? "";
        string name = compatible[(compatible.IndexOf(',', StringComparison.Ordinal) + 1)..];
        return new(compatible,
            Core.Names.FirstOrDefault(n => string.Equals(
                n.Replace(' ', '-'), name, StringComparison.OrdinalIgnoreCase)) is { } known ? Core.Find(known) : null,
            Place(file, node));
    }

    private static string Place(ImportFile file, DeviceNode node) => $"{file.Name}, {Path(node)}";

    private static string Path(DeviceNode node) => OneLine.Of(node.Name);
}
