using Orleans.Mmu.Arm.Invalidation;

namespace Orleans.Mmu.Explain.Tlbis;

/// <summary>What the register of a TLBI names.</summary>
internal enum TlbiOperandKind
{
    /// <summary>Nothing: the instruction takes no register.</summary>
    None,

    /// <summary>An ASID.</summary>
    Asid,

    /// <summary>A virtual address with an ASID.</summary>
    AddressOfAsid,

    /// <summary>A virtual address of EL2, with an ASID where HCR_EL2.E2H is 1.</summary>
    AddressOfEl2,

    /// <summary>A virtual address.</summary>
    Address,

    /// <summary>An intermediate physical address.</summary>
    Intermediate,

    /// <summary>A range of physical addresses.</summary>
    PhysicalRange,
}

/// <summary>The kind of operand of each form.</summary>
internal static class TlbiOperandKinds
{
    public static TlbiOperandKind Operand(this TlbiForm form) => form switch
    {
        { Other: { } other } => other.Operand,
        { Known.Scope: TlbiScope.All } => TlbiOperandKind.None,
        { Known.Scope: TlbiScope.Asid } => TlbiOperandKind.Asid,
        { Known.Regime: TlbiRegime.Stage2 } => TlbiOperandKind.Intermediate,
        { Known.Regime: TlbiRegime.El2 } => TlbiOperandKind.AddressOfEl2,
        { Known.Scope: TlbiScope.Va or TlbiScope.VaLastLevel } => TlbiOperandKind.AddressOfAsid,
        _ => TlbiOperandKind.Address,
    };
}
