using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Descriptors;
using Orleans.Mmu.Arm.Geometry;

namespace Orleans.Mmu.Arm.Walks;

/// <summary>Why a stage-1 walk ended without a translation.</summary>
public enum WalkFault
{
    None,

    /// <summary>An invalid or reserved descriptor, or an address outside the VA range.</summary>
    Translation,

    /// <summary>An output or table address beyond the implemented physical address size.</summary>
    AddressSize,

    /// <summary>A valid leaf whose access flag is clear.</summary>
    AccessFlag,

    /// <summary>A store through a read-only leaf. Only an access can end so; a walk cannot.</summary>
    Permission,

    /// <summary>The TTBR or a table descriptor points at memory that holds no modelled table.</summary>
    ExternalAbort,
}

/// <summary>The end of a walk: a leaf, or a fault and its level.</summary>
public readonly record struct WalkResult(WalkFault Fault, Level Level, Descriptor Leaf)
{
    public bool IsTranslation => Fault == WalkFault.None;
}

/// <summary>One descriptor read by a walk.</summary>
/// <param name="Address">The descriptor's physical address.</param>
public readonly record struct WalkRead(Level Level, PhysicalAddress Address, Descriptor Value);
