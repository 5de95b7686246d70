namespace Orleans.Mmu.Traces.Lint;

/// <summary>The words of casemate's traces.</summary>
internal static class TraceWords
{
    /// <summary>
    /// The kind of an event by its name; null for a barrier, whose kind stands further on in the line, and for another
    /// word.
    /// </summary>
    public static TraceEventKind? Kind(ReadOnlySpan<byte> name) => name.Length switch
    {
        4 when name.SequenceEqual("tlbi"u8) => TraceEventKind.Tlbi,
        4 when name.SequenceEqual("lock"u8) => TraceEventKind.Lock,
        4 when name.SequenceEqual("hint"u8) => TraceEventKind.Hint,
        6 when name.SequenceEqual("unlock"u8) => TraceEventKind.Unlock,
        7 when name.SequenceEqual("mem-set"u8) => TraceEventKind.MemorySet,
        7 when name.SequenceEqual("trylock"u8) => TraceEventKind.TryLock,
        8 when name.SequenceEqual("mem-read"u8) => TraceEventKind.MemoryRead,
        8 when name.SequenceEqual("mem-init"u8) => TraceEventKind.MemoryInit,
        8 when name.SequenceEqual("mem-free"u8) => TraceEventKind.MemoryFree,
        9 when name.SequenceEqual("mem-write"u8) => TraceEventKind.MemoryWrite,
        12 when name.SequenceEqual("sysreg-write"u8) => TraceEventKind.WriteRegister,
        _ => null,
    };

    public static TraceHint? Hint(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("set_root_lock"u8) ? TraceHint.SetRootLock
        : name.SequenceEqual("set_owner_root"u8) ? TraceHint.SetOwnerRoot
        : name.SequenceEqual("release_table"u8) ? TraceHint.ReleaseTable
        : name.SequenceEqual("set_pte_thread_owner"u8) ? TraceHint.SetPteThreadOwner
        : null;

    public static TraceRegister Register(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("ttbr0_el2"u8) ? TraceRegister.Ttbr0El2
        : name.SequenceEqual("vttbr_el2"u8) ? TraceRegister.VttbrEl2
        : name.SequenceEqual("ttbr0_el1"u8) ? TraceRegister.Ttbr0El1
        : name.SequenceEqual("ttbr1_el1"u8) ? TraceRegister.Ttbr1El1
        : name.SequenceEqual("tcr_el1"u8) ? TraceRegister.TcrEl1
        : TraceRegister.Other;
}
