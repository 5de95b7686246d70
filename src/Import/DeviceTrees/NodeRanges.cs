using System.Buffers.Binary;
using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Import.Resources;
using Orleans.Mmu.Import.Texts;
using Orleans.Mmu.Inputs;

namespace Orleans.Mmu.Import.DeviceTrees;

/// <summary>The ranges of physical memory that children of one node have.</summary>
/// <param name="path">The path of the parent, without a slash at its end.</param>
/// <param name="root">The root, whose properties count the cells of addresses and sizes.</param>
internal sealed class NodeRanges(ImportFile file, string path, DeviceNode root)
{
    private readonly List<NamedRange> _found = [];
    private readonly List<string> _warnings = [];

    public IReadOnlyList<NamedRange> Found => _found;

    public IReadOnlyList<string> Warnings => _warnings;

    /// <summary>Adds the ranges of a child: pairs of an address and a size.</summary>
    /// <param name="properties">The properties that may have them; the first one that the node has counts.</param>
    /// <param name="without">What becomes of a node that has none of them, for a warning.</param>
    /// <exception cref="InputException">The pairs are not whole, or are no memory.</exception>
    public void Add(DeviceNode node, string[] properties, string without)
    {
        string place = $"{path}/{OneLine.Of(node.Name)}";
        if (properties.FirstOrDefault(node.Has) is not { } property)
        {
            _warnings.Add($"{file.Name}, {place}: without reg, {without}");
            return;
        }

        var reg = node.Bytes(property)!.Value;
        uint addressCells = AddressCells(root);
        uint sizeCells = SizeCells(root);
        if (addressCells is 0 or > 2 || sizeCells is 0 or > 2)
            throw file.Error(1, $"{place}: expected addresses and sizes of 1 or 2 cells, found {addressCells} and "
                + $"{sizeCells}");
        int pair = (int)(addressCells + sizeCells) * 4;
        if (reg.Length % pair != 0)
            throw file.Error(1, $"{place}: expected pairs of {pair} bytes in {property}, found {reg.Length} bytes");
        int before = _found.Count;
        for (int at = 0; at < reg.Length; at += pair)
        {
            ulong start = Cells(reg.Span[at..], addressCells);
            ulong size = Cells(reg.Span[(at + (int)addressCells * 4)..], sizeCells);
            if (size == 0)
                continue;
            if (start >> PhysicalAddress.MaxBits != 0 || size > (1UL << PhysicalAddress.MaxBits) - start)
                throw file.Error(1, $"{place}: expected memory below 2^{PhysicalAddress.MaxBits}, found 0x{size:x} "
                    + $"bytes at 0x{start:x}");
            _found.Add(new(
                new(new(start), new PhysicalAddress(start) + size), node.PlainName, $"{file.Name}, {place}",
                file.At(1)));
        }

        if (_found.Count == before)
            _warnings.Add($"{file.Name}, {place}: {property} has no size; a boot loader fills it in, and the tree of "
                + "the running machine has it (/sys/firmware/fdt)");
    }

    /// <summary>Adds a warning about the parent itself.</summary>
    public void Warn(string why) => _warnings.Add($"{file.Name}, {path}: {why}");

    /// <summary>The cells of an address; 1 where the root does not say it (OF_ROOT_NODE_ADDR_CELLS_DEFAULT).</summary>
    public static uint AddressCells(DeviceNode root) => root.Number("#address-cells") ?? 1;

    /// <summary>The cells of a size; 1 where the root does not say it (OF_ROOT_NODE_SIZE_CELLS_DEFAULT).</summary>
    public static uint SizeCells(DeviceNode root) => root.Number("#size-cells") ?? 1;

    private static ulong Cells(ReadOnlySpan<byte> bytes, uint cells) => cells == 1
        ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt64BigEndian(bytes);
}
