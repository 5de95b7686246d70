using System.Globalization;
using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Geometry;

namespace Orleans.Mmu.Arm.Descriptors;

/// <summary>
/// One 64-bit VMSAv8-64 stage-1 descriptor, bit for bit. Its meaning depends on the level at which it is read.
/// </summary>
public readonly record struct Descriptor(ulong Bits)
{
    internal const ulong ValidBit = 1;
    internal const ulong TableOrPageBit = 2;
    internal const ulong AccessFlagBit = 1UL << 10;
    internal const ulong NotGlobalBit = 1UL << 11;
    internal const ulong NtBit = 1UL << 16;
    internal const ulong ContiguousBit = 1UL << 52;

    /// <summary>PXNTable, bit 59 of a table descriptor.</summary>
    public const ulong PxnTableBit = 1UL << 59;

    /// <summary>UXNTable, bit 60 of a table descriptor.</summary>
    public const ulong UxnTableBit = 1UL << 60;

    public static Descriptor Invalid => default;

    public bool IsValid => (Bits & ValidBit) != 0;

    /// <summary>A zero word: nothing is mapped, and software stores nothing in it.</summary>
    public bool IsNone => Bits == 0;

    public bool AccessFlag => (Bits & AccessFlagBit) != 0;
    public bool NotGlobal => (Bits & NotGlobalBit) != 0;

    /// <summary>The Contiguous bit of a leaf (bit 52).</summary>
    public bool Contiguous => (Bits & ContiguousBit) != 0;

    /// <summary>FEAT_BBM's nT (bit 16 of a block): the block may be replaced by a table at level 1 (I_PJZBK).</summary>
    public bool NoTranslation => (Bits & NtBit) != 0;

    public DescriptorKind Kind(TranslationGeometry geometry, Level level) => (Bits & 3) switch
    {
        3 when level.IsLast => DescriptorKind.Page,
        3 => DescriptorKind.Table,
        1 when geometry.AllowsBlock(level) => DescriptorKind.Block,
        1 => DescriptorKind.Reserved,
        _ => DescriptorKind.Invalid,
    };

    /// <summary>
    /// Whether a walk goes on by the descriptor or ends at memory. Where a block does not exist, as at the last level,
    /// a descriptor with bit 0 alone is reserved and translates nothing.
    /// </summary>
    public bool Translates(TranslationGeometry geometry, Level level) =>
        Kind(geometry, level) is not (DescriptorKind.Invalid or DescriptorKind.Reserved);

    /// <summary>
    /// The attributes of a leaf: every bit except the type, the output address and the Contiguous bit.
    /// </summary>
    public LeafAttributes Attributes(TranslationGeometry geometry, Level level) =>
        LeafAttributes.FromBits(Bits & LeafAttributes.Mask(geometry, level));

    /// <summary>The output address of a leaf read at the given level, aligned to the size of the leaf.</summary>
    public PhysicalAddress OutputAddress(TranslationGeometry geometry, Level level) =>
        geometry.Decode(Bits & geometry.AddressBits(level));

    /// <summary>The next-level table of a table descriptor.</summary>
    public PhysicalAddress NextTable(TranslationGeometry geometry) =>
        geometry.Decode(Bits & geometry.AddressBits(Level.L3));

    public Descriptor WithContiguous(bool on) => new(on ? Bits | ContiguousBit : Bits & ~ContiguousBit);

    /// <summary>The same leaf with nG set or clear: whether it belongs to one ASID.</summary>
    public Descriptor WithNotGlobal(bool on) => new(on ? Bits | NotGlobalBit : Bits & ~NotGlobalBit);

    /// <summary>The same block with nT set or clear.</summary>
    public Descriptor WithNoTranslation(bool on) => new(on ? Bits | NtBit : Bits & ~NtBit);

    /// <summary>A block (levels 0 to 2) or page (level 3).</summary>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The address is not aligned to the leaf, or the level holds no leaves.
    /// </exception>
    public static Descriptor Leaf(
        TranslationGeometry geometry, Level level, PhysicalAddress pa, LeafAttributes attributes, bool contiguous)
    {
        if (!pa.IsAligned(geometry.Size(level)) || !(level.IsLast || geometry.AllowsBlock(level)))
        {
            throw new ArgumentOutOfRangeException(
                nameof(pa), pa, $"a level {level} leaf is aligned to {geometry.Size(level)} bytes where blocks exist");
        }

        ulong type = level.IsLast ? ValidBit | TableOrPageBit : ValidBit;
        return new Descriptor(type | geometry.Encode(pa) | attributes.Bits).WithContiguous(contiguous);
    }

    /// <param name="attributes">
    /// PXNTable, UXNTable, the table's access flag: bits outside the address and the type.
    /// </param>
    public static Descriptor Table(TranslationGeometry geometry, PhysicalAddress table, ulong attributes) =>
        new(ValidBit | TableOrPageBit | geometry.Encode(table) | attributes);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"0x{Bits:x16}");
}

/// <summary>What a descriptor is at the level at which it is read.</summary>
public enum DescriptorKind
{
    Invalid,

    /// <summary>Type 0b01 at a level without blocks: a walk treats it as invalid.</summary>
    Reserved,
    Table,
    Block,
    Page,
}
