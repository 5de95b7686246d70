namespace Orleans.Mmu.Litmus.Tests;

/// <summary>What follows a fault on a CPU without a fault handler.</summary>
public enum FaultEnd
{
    /// <summary>The program ends (fatal, precise; the default).</summary>
    Fatal,

    /// <summary>The instruction runs again, and its CPU takes no second fault (handled, imprecise).</summary>
    Retry,

    /// <summary>The next instruction runs (skip, faultToNext).</summary>
    Skip,
}

/// <summary>Updates of descriptors by the hardware of a CPU (TTHM).</summary>
public enum HardwareUpdates
{
    /// <summary>Software alone.</summary>
    None,

    /// <summary>HA: the access flag.</summary>
    AccessFlag,

    /// <summary>HD: the access flag and the dirty state.</summary>
    DirtyState,
}

/// <summary>The number type of a location or register, by C's name; what herd prints and compares.</summary>
public enum NumberType
{
    /// <summary>int, the default, and int32_t.</summary>
    Signed32,

    /// <summary>uint32_t.</summary>
    Unsigned32,

    /// <summary>int64_t and symbolic values.</summary>
    Signed64,

    /// <summary>uint64_t.</summary>
    Unsigned64,
}

/// <summary>What the header of a test says of its CPUs.</summary>
public sealed record LitmusVariant
{
    public static LitmusVariant Usual { get; } = new();

    public FaultEnd FaultEnd { get; init; }

    /// <summary>ets2: every CPU has FEAT_ETS2.</summary>
    public bool Ets2 { get; init; }

    /// <summary>ets3: every CPU has FEAT_ETS3, which includes FEAT_ETS2.</summary>
    public bool Ets3 { get; init; }

    /// <summary>Whether an SVC synchronizes the context; not so with ExS and SCTLR_EL1.EIS 0.</summary>
    public bool EntrySynchronizes { get; init; } = true;

    /// <summary>Whether ERET synchronizes the context; not so with ExS and SCTLR_EL1.EOS 0.</summary>
    public bool ReturnSynchronizes { get; init; } = true;

    /// <summary>
    /// Whether a TLBI and its DSB may complete before other CPUs have performed their accesses through the entries that
    /// it removes (Arm's erratum 4118414). The same TLBI and DSB once more wait for them.
    /// </summary>
    public bool RepeatsTlbi { get; init; }
}
