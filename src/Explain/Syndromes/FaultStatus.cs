using System.Globalization;

namespace Orleans.Mmu.Explain.Syndromes;

/// <summary>DFSC or IFSC, six bits: what kind of fault an abort reports, and at which level of the walk.</summary>
public readonly record struct FaultStatus(int Code)
{
    public FaultKind Kind => Code switch
    {
        <= 0x03 or 0x29 or 0x2c => FaultKind.AddressSize,
        <= 0x07 or 0x2a or 0x2b => FaultKind.Translation,
        <= 0x0b => FaultKind.AccessFlag,
        <= 0x0f => FaultKind.Permission,
        0x10 => FaultKind.External,
        0x11 => FaultKind.TagCheck,
        >= 0x12 and <= 0x17 => FaultKind.ExternalOnWalk,
        0x18 => FaultKind.Parity,
        >= 0x1b and <= 0x1f => FaultKind.ParityOnWalk,
        0x21 => FaultKind.Alignment,
        >= 0x22 and <= 0x27 => FaultKind.GranuleProtectionOnWalk,
        0x28 => FaultKind.GranuleProtection,
        0x30 => FaultKind.TlbConflict,
        0x31 => FaultKind.AtomicHardwareUpdate,
        0x34 => FaultKind.Lockdown,
        0x35 => FaultKind.UnsupportedAtomic,
        _ => FaultKind.Reserved,
    };

    /// <summary>The level of lookup, -2 to 3; null for faults that no level belongs to.</summary>
    public int? Level => Code switch
    {
        0x29 or 0x2b => -1,
        0x2a or 0x2c => -2,
        <= 0x0f => Code & 3,
        >= 0x12 and <= 0x17 or >= 0x22 and <= 0x27 => (Code & 7) - 4,
        >= 0x1b and <= 0x1f => (Code & 7) - 4,
        _ => null,
    };

    /// <summary>"translation fault, level 3".</summary>
    public string Text => Level is { } level
        ? string.Create(CultureInfo.InvariantCulture, $"{Name(Kind)}, level {level}") : Name(Kind);

    /// <summary>"a translation fault, level 3", "an alignment fault".</summary>
    public string WithArticle => $"{(Text[0] is 'a' or 'i' or 'u' ? "an" : "a")} {Text}";

    private static string Name(FaultKind kind) => kind switch
    {
        FaultKind.AddressSize => "address size fault",
        FaultKind.Translation => "translation fault",
        FaultKind.AccessFlag => "access flag fault",
        FaultKind.Permission => "permission fault",
        FaultKind.External => "synchronous external abort",
        FaultKind.ExternalOnWalk => "synchronous external abort on a walk",
        FaultKind.TagCheck => "synchronous tag check fault",
        FaultKind.Parity => "synchronous parity or ECC error",
        FaultKind.ParityOnWalk => "synchronous parity or ECC error on a walk",
        FaultKind.Alignment => "alignment fault",
        FaultKind.GranuleProtection => "granule protection fault",
        FaultKind.GranuleProtectionOnWalk => "granule protection fault on a walk",
        FaultKind.TlbConflict => "TLB conflict abort",
        FaultKind.AtomicHardwareUpdate => "unsupported atomic hardware update",
        FaultKind.Lockdown => "implementation defined fault (lockdown)",
        FaultKind.UnsupportedAtomic => "implementation defined fault (unsupported exclusive or atomic access)",
        FaultKind.Reserved => "reserved fault status",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "no such kind"),
    };
}

/// <summary>The kinds of faults that DFSC and IFSC tell apart.</summary>
public enum FaultKind
{
    AddressSize,
    Translation,
    AccessFlag,
    Permission,
    External,
    ExternalOnWalk,
    TagCheck,
    Parity,
    ParityOnWalk,
    Alignment,
    GranuleProtection,
    GranuleProtectionOnWalk,
    TlbConflict,
    AtomicHardwareUpdate,
    Lockdown,
    UnsupportedAtomic,
    Reserved,
}
