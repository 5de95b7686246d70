using Orleans.Mmu.Arm.Geometry;

namespace Orleans.Mmu.Arm.Descriptors;

/// <summary>
/// The attribute bits of a leaf descriptor, each at its own bit position: AttrIndx, NS, AP, SH, AF, nG, nT, GP, DBM,
/// PXN, UXN and the software bits. The valid bit, the type, the address and the Contiguous bit are excluded.
/// </summary>
public readonly record struct LeafAttributes
{
    private const ulong UserBit = 1UL << 6;
    private const ulong ReadOnlyBit = 1UL << 7;
    private const ulong InnerShareableBits = 3UL << 8;
    private const ulong DbmBit = 1UL << 51;
    private const ulong PxnBit = 1UL << 53;
    private const ulong UxnBit = 1UL << 54;

    private LeafAttributes(ulong bits) => Bits = bits;

    public ulong Bits { get; }

    /// <summary>The index into MAIR_EL1.</summary>
    public int AttrIndex => (int)(Bits >> 2 & 7);

    /// <summary>AP[1]: EL0 may access the memory.</summary>
    public bool UserAccess => (Bits & UserBit) != 0;

    /// <summary>AP[2]: writes fault.</summary>
    public bool ReadOnly => (Bits & ReadOnlyBit) != 0;

    /// <summary>DBM, which Linux uses as its WRITE bit.</summary>
    public bool DirtyBitModifier => (Bits & DbmBit) != 0;

    /// <summary>Whether a store may succeed: not read-only, or made writable by hardware (DBM, FEAT_HAFDBS).</summary>
    public bool MayBeWritten => !ReadOnly || DirtyBitModifier;

    public bool PrivilegedExecuteNever => (Bits & PxnBit) != 0;
    public bool UnprivilegedExecuteNever => (Bits & UxnBit) != 0;
    public bool AccessFlag => (Bits & Descriptor.AccessFlagBit) != 0;
    public bool NotGlobal => (Bits & Descriptor.NotGlobalBit) != 0;

    /// <summary>The bits that a permission change may touch: AP, DBM, PXN, UXN, GP and the software bits.</summary>
    public static ulong PermissionBits => ReadOnlyBit | UserBit | DbmBit | PxnBit | UxnBit | 1UL << 50 | 0xfUL << 55;

    internal static ulong Mask(TranslationGeometry geometry, Level level) =>
        ~(geometry.AddressBits(level) | 3UL | Descriptor.ContiguousBit);

    internal static LeafAttributes FromBits(ulong bits) => new(bits);

    public LeafAttributes With(int attrIndex) => new((Bits & ~0x1cUL) | (ulong)(attrIndex & 7) << 2);

    public LeafAttributes WithReadOnly(bool on) => new(Set(ReadOnlyBit, on));

    public LeafAttributes WithDirtyBitModifier(bool on) => new(Set(DbmBit, on));

    /// <param name="bit">0 to 3, for descriptor bits 55 to 58.</param>
    public LeafAttributes WithSoftwareBit(int bit, bool on) => new(Set(1UL << (55 + (bit & 3)), on));

    public LeafAttributes WithNotGlobal(bool on) => new(Set(Descriptor.NotGlobalBit, on));

    /// <summary>Sets SH[1:0]. The LPA2 layout has no such field: TCR_EL1 holds the shareability there.</summary>
    public LeafAttributes WithShareability(Shareability shareability) =>
        new((Bits & ~InnerShareableBits) | (ulong)shareability << 8);

    public LeafAttributes WithAccessFlag(bool on) => new(Set(Descriptor.AccessFlagBit, on));

    /// <summary>Sets FEAT_BBM's nT; only a block may carry it.</summary>
    public LeafAttributes WithNoTranslation(bool on) => new(Set(Descriptor.NtBit, on));

    /// <summary>
    /// Attributes of data that is not executable: AF, PXN, UXN, and inner shareable where the descriptor holds the
    /// shareability.
    /// </summary>
    public static LeafAttributes Data(TranslationGeometry geometry, int attrIndex, bool readOnly) =>
        new LeafAttributes(Descriptor.AccessFlagBit | PxnBit | UxnBit
            | (geometry.Format == OutputAddressFormat.Lpa2 ? 0 : InnerShareableBits)).With(attrIndex)
            .WithReadOnly(readOnly);

    private ulong Set(ulong bit, bool on) => on ? Bits | bit : Bits & ~bit;
}
