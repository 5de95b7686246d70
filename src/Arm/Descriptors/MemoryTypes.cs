using System.Globalization;

namespace Orleans.Mmu.Arm.Descriptors;

/// <summary>What the attribute index of a leaf (AttrIndx) means, by MAIR_EL1.</summary>
/// <param name="Mair">MAIR_EL1: eight attribute bytes, index 0 in the lowest.</param>
public sealed record MemoryTypes(ulong Mair)
{
    /// <summary>Device memory: bits [7:4] of the attribute are zero.</summary>
    public bool IsDevice(int index) => (Attribute(index) & 0xf0) == 0;

    /// <summary>Normal memory, inner and outer write-back, non-transient, with read and write allocation.</summary>
    public bool IsWriteBack(int index) => Attribute(index) is 0xff or 0xf0;

    /// <summary>"Normal", "Normal non-cacheable", "Device nGnRE", or the attribute's byte.</summary>
    public string Name(int index) => Attribute(index) switch
    {
        0xff => "Normal",
        0xf0 => "Normal tagged",
        0x44 => "Normal non-cacheable",
        0x00 => "Device nGnRnE",
        0x04 => "Device nGnRE",
        0x08 => "Device nGRE",
        0x0c => "Device GRE",
        var other => string.Create(CultureInfo.InvariantCulture, $"MAIR attribute 0x{other:x2}"),
    };

    private byte Attribute(int index) => (byte)(Mair >> (8 * index));
}
