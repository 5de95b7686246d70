using System.Diagnostics;

namespace Orleans.Mmu.Traces.Lint;

/// <summary>The words of casemate's traces.</summary>
internal static class CasemateWords
{
    /// <summary>
    /// The kind of an event by its name; null for a barrier, whose kind stands further on in the line, and for another
    /// word.
    /// </summary>
    public static CasemateEventKind? Kind(ReadOnlySpan<byte> name) => name.Length switch
    {
        4 when name.SequenceEqual("tlbi"u8) => CasemateEventKind.Tlbi,
        4 when name.SequenceEqual("lock"u8) => CasemateEventKind.Lock,
        4 when name.SequenceEqual("hint"u8) => CasemateEventKind.Hint,
        6 when name.SequenceEqual("unlock"u8) => CasemateEventKind.Unlock,
        7 when name.SequenceEqual("mem-set"u8) => CasemateEventKind.MemorySet,
        7 when name.SequenceEqual("trylock"u8) => CasemateEventKind.TryLock,
        8 when name.SequenceEqual("mem-read"u8) => CasemateEventKind.MemoryRead,
        8 when name.SequenceEqual("mem-init"u8) => CasemateEventKind.MemoryInit,
        8 when name.SequenceEqual("mem-free"u8) => CasemateEventKind.MemoryFree,
        9 when name.SequenceEqual("mem-write"u8) => CasemateEventKind.MemoryWrite,
        12 when name.SequenceEqual("sysreg-write"u8) => CasemateEventKind.WriteRegister,
        _ => null,
    };

    public static CasemateHint? Hint(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("set_root_lock"u8) ? CasemateHint.SetRootLock
        : name.SequenceEqual("set_owner_root"u8) ? CasemateHint.SetOwnerRoot
        : name.SequenceEqual("release_table"u8) ? CasemateHint.ReleaseTable
        : name.SequenceEqual("set_pte_thread_owner"u8) ? CasemateHint.SetPteThreadOwner
        : null;

    /// <summary>The name of a register that leads to trees, as messages give it.</summary>
    public static string Name(this CasemateRegister register) => register switch
    {
        CasemateRegister.Ttbr0El1 => "TTBR0_EL1",
        CasemateRegister.Ttbr1El1 => "TTBR1_EL1",
        CasemateRegister.Ttbr0El2 => "TTBR0_EL2",
        CasemateRegister.Ttbr1El2 => "TTBR1_EL2",
        CasemateRegister.VttbrEl2 => "VTTBR_EL2",
        _ => throw new UnreachableException($"no tree hangs on {register}"),
    };

    /// <summary>The name of a register that the linter follows: "MAIR_EL1".</summary>
    public static string Spelling(CasemateRegister register) => register switch
    {
        CasemateRegister.TcrEl1 => "TCR_EL1",
        CasemateRegister.TcrEl2 => "TCR_EL2",
        CasemateRegister.VtcrEl2 => "VTCR_EL2",
        CasemateRegister.HcrEl2 => "HCR_EL2",
        CasemateRegister.MairEl1 => "MAIR_EL1",
        CasemateRegister.MairEl2 => "MAIR_EL2",
        CasemateRegister.SctlrEl1 => "SCTLR_EL1",
        CasemateRegister.SctlrEl2 => "SCTLR_EL2",
        _ => register.Name(),
    };

    public static CasemateRegister Register(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("ttbr0_el2"u8) ? CasemateRegister.Ttbr0El2
        : name.SequenceEqual("ttbr1_el2"u8) ? CasemateRegister.Ttbr1El2
        : name.SequenceEqual("vttbr_el2"u8) ? CasemateRegister.VttbrEl2
        : name.SequenceEqual("ttbr0_el1"u8) ? CasemateRegister.Ttbr0El1
        : name.SequenceEqual("ttbr1_el1"u8) ? CasemateRegister.Ttbr1El1
        : name.SequenceEqual("tcr_el1"u8) ? CasemateRegister.TcrEl1
        : name.SequenceEqual("tcr_el2"u8) ? CasemateRegister.TcrEl2
        : name.SequenceEqual("vtcr_el2"u8) ? CasemateRegister.VtcrEl2
        : name.SequenceEqual("hcr_el2"u8) ? CasemateRegister.HcrEl2
        : name.SequenceEqual("mair_el1"u8) ? CasemateRegister.MairEl1
        : name.SequenceEqual("mair_el2"u8) ? CasemateRegister.MairEl2
        : name.SequenceEqual("sctlr_el1"u8) ? CasemateRegister.SctlrEl1
        : name.SequenceEqual("sctlr_el2"u8) ? CasemateRegister.SctlrEl2
        : CasemateRegister.Other;
}
