namespace Orleans.Mmu.Arm.Descriptors;

/// <summary>
/// What table descriptors take away from everything below them (DDI0487 "Hierarchical control of data access
/// permissions" and "of instruction execution"): PXNTable, UXNTable and APTable, each at its own bit position. A walk
/// ors those of all tables on its way. TCR_ELx.HPDn = 1 makes the CPU ignore them.
/// </summary>
public readonly record struct TableAttributes
{
    private const ulong ApTableLow = 1UL << 61;
    private const ulong ApTableHigh = 1UL << 62;

    private TableAttributes(ulong bits) => Bits = bits;

    /// <summary>The bits 62:59 of the descriptors.</summary>
    public ulong Bits { get; }

    /// <summary>PXNTable: EL1 executes nothing below.</summary>
    public bool PrivilegedExecuteNever => (Bits & Descriptor.PxnTableBit) != 0;

    /// <summary>UXNTable: EL0 executes nothing below.</summary>
    public bool UnprivilegedExecuteNever => (Bits & Descriptor.UxnTableBit) != 0;

    /// <summary>APTable[0]: EL0 has no access to what is below.</summary>
    public bool KernelOnly => (Bits & ApTableLow) != 0;

    /// <summary>APTable[1]: nothing below is writable.</summary>
    public bool ReadOnly => (Bits & ApTableHigh) != 0;

    /// <summary>The attributes of one table descriptor.</summary>
    public static TableAttributes Of(Descriptor table) => new(table.Bits
        & (Descriptor.PxnTableBit | Descriptor.UxnTableBit | ApTableLow | ApTableHigh));

    /// <summary>The attributes of these tables and of others.</summary>
    public TableAttributes Or(TableAttributes others) => new(Bits | others.Bits);
}
