using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Geometry;

namespace Orleans.Mmu.Arm.Invalidation;

/// <summary>Which entries a TLBI instruction names (EL1&amp;0, stage 1).</summary>
public enum TlbiScope
{
    /// <summary>VMALLE1: everything, walk caches included.</summary>
    All,

    /// <summary>ASIDE1: the non-global entries of one ASID.</summary>
    Asid,

    /// <summary>VAE1: one address, any level; non-global entries of one ASID, and global leaves (R_VMSWQ).</summary>
    Va,

    /// <summary>VAAE1: one address, any level, any ASID (R_ZSXRQ).</summary>
    VaAllAsids,

    /// <summary>VALE1: one address, last level only; walk-cache entries stay (R_JXKNN).</summary>
    VaLastLevel,

    /// <summary>VAALE1: one address, last level only, any ASID.</summary>
    VaAllAsidsLastLevel,
}

/// <summary>One TLB maintenance operation.</summary>
/// <param name="Scope">What it names.</param>
/// <param name="Broadcast">The IS form: every CPU of the Inner Shareable domain; otherwise the issuer alone.</param>
/// <param name="Address">The first address, for the VA scopes.</param>
/// <param name="Length">
/// The length in bytes from <paramref name="Address"/> on, for the range forms (FEAT_TLBIRANGE); 0 names one address.
/// </param>
/// <param name="Asid">The ASID, for scopes that name one.</param>
public readonly record struct TlbiOperation(
    TlbiScope Scope, bool Broadcast, VirtualAddress Address = default, ulong Length = 0, ushort Asid = 0)
{
    public static TlbiOperation Vmalle1 => new(TlbiScope.All, false);

    public static TlbiOperation Vmalle1Is => new(TlbiScope.All, true);

    public bool ByAddress => Scope is not (TlbiScope.All or TlbiScope.Asid);

    public bool LastLevelOnly => Scope is TlbiScope.VaLastLevel or TlbiScope.VaAllAsidsLastLevel;

    /// <summary>
    /// The value of the instruction's register; 0 for a form without one. A range covers whole pages and is rounded up
    /// to the next length that SCALE and NUM can express.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The range is longer than one instruction can reach.</exception>
    public ulong Register(Granule granule) => Scope switch
    {
        TlbiScope.All => 0,
        TlbiScope.Asid => TlbiOperandFormat.EncodeAsid(Asid),
        _ when Length == 0 => default(TlbiOperandFormat).Encode(new(Address, Asid)),
        _ => default(TlbiOperandFormat).Encode(TlbiOperand.Range(Address, Length, granule, Asid)),
    };

    /// <summary>The instruction's mnemonic without operand, such as "vaae1is".</summary>
    public string Name => TlbiNames.Of(Scope, Broadcast, range: Length > 0);

    /// <summary>The instruction with its address.</summary>
    public override string ToString() => ByAddress ? $"tlbi {Name}, {Address}" : $"tlbi {Name}";
}
