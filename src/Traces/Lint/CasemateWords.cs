using System.Diagnostics;
using System.Text;
using Orleans.Mmu.Inputs;

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

    // Beginnings of names of registers that lead to tables or say how tables are read.
    private static readonly string[] Beginnings = ["ttbr", "vttbr", "tcr", "vtcr", "mair", "sctlr", "hcr"];

    // Registers of these kinds that exist, and that the linter does not follow: those of EL3, those of a guest as its
    // host names them, and those of extensions.
    private static readonly string[] NotFollowed =
    [
        "ttbr0_el3", "tcr_el3", "mair_el3", "sctlr_el3", "ttbr0_el12", "ttbr1_el12", "tcr_el12", "mair_el12",
        "sctlr_el12", "tcr2_el1", "tcr2_el2", "tcr2_el12", "sctlr2_el1", "sctlr2_el2", "sctlr2_el3", "sctlr2_el12",
        "mair2_el1", "mair2_el2", "mair2_el3", "mair2_el12", "tcrmask_el1", "tcrmask_el2", "sctlrmask_el1",
        "sctlrmask_el2", "hcrx_el2",
    ];

    private static readonly (string Name, CasemateRegister Register)[] Followed =
    [
        ("ttbr0_el2", CasemateRegister.Ttbr0El2), ("ttbr1_el2", CasemateRegister.Ttbr1El2),
        ("vttbr_el2", CasemateRegister.VttbrEl2), ("ttbr0_el1", CasemateRegister.Ttbr0El1),
        ("ttbr1_el1", CasemateRegister.Ttbr1El1), ("tcr_el1", CasemateRegister.TcrEl1),
        ("tcr_el2", CasemateRegister.TcrEl2), ("vtcr_el2", CasemateRegister.VtcrEl2),
        ("hcr_el2", CasemateRegister.HcrEl2), ("mair_el1", CasemateRegister.MairEl1),
        ("mair_el2", CasemateRegister.MairEl2), ("sctlr_el1", CasemateRegister.SctlrEl1),
        ("sctlr_el2", CasemateRegister.SctlrEl2),
    ];

    /// <summary>
    /// Whether a name that the linter does not follow looks like that of a register of a tree, and is no register's. A
    /// trace with such a name would be judged as if the register had not been written.
    /// </summary>
    public static bool IsLikeRegisterOfTree(ReadOnlySpan<byte> name)
    {
        string text = Encoding.Latin1.GetString(name);
        return Array.Exists(Beginnings, b => text.StartsWith(b, StringComparison.OrdinalIgnoreCase))
            && !NotFollowed.Contains(text);
    }

    /// <summary>What is expected in the place of such a name.</summary>
    public static string RegisterNear(ReadOnlySpan<byte> name) =>
        $"the name of a register{NearestName.Hint(Encoding.Latin1.GetString(name), Followed.Select(f => f.Name))}";

    /// <summary>
    /// The register of a name; <see cref="CasemateRegister.Other"/> if the linter does not follow it.
    /// </summary>
    public static CasemateRegister Register(ReadOnlySpan<byte> name)
    {
        foreach (var (known, register) in Followed)
        {
            if (Ascii.Equals(name, known))
                return register;
        }

        return CasemateRegister.Other;
    }
}
