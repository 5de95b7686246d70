using System.Collections.Immutable;

namespace Orleans.Mmu.Explain.Tlbis;

/// <summary>A TLBI of the architecture that no model of this project knows.</summary>
/// <param name="Forms">Its names in lower case, without nXS.</param>
/// <param name="Removes">What it removes, in words that follow "invalidates ".</param>
/// <param name="Operand">What its register holds.</param>
/// <param name="HasNxs">Whether it has forms with nXS.</param>
internal sealed record UnmodelledTlbi(
    ImmutableArray<string> Forms, string Removes, TlbiOperandKind Operand, bool HasNxs)
{
    public static ImmutableArray<UnmodelledTlbi> All { get; } =
    [
        new(["alle3", "alle3is", "alle3os"], "every entry of EL3", TlbiOperandKind.None, true),
        new(["vae3", "vae3is", "vae3os", "rvae3", "rvae3is", "rvae3os"],
            "the entries of all levels for the addresses in EL3", TlbiOperandKind.Address, true),
        new(["vale3", "vale3is", "vale3os", "rvale3", "rvale3is", "rvale3os"],
            "the leaves for the addresses in EL3; table entries stay", TlbiOperandKind.Address, true),
        new(["vmallws2e1", "vmallws2e1is", "vmallws2e1os"],
            "what may hold dirty state of stage 2 of EL1&0, of the current VMID (FEAT_TLBIW)", TlbiOperandKind.None,
            true),
        new(["paall", "paallos"], "every entry that holds a granule protection check (FEAT_RME)",
            TlbiOperandKind.None, false),
        new(["rpaos"], "the granule protection entries of all levels for a range of physical addresses (FEAT_RME)",
            TlbiOperandKind.PhysicalRange, false),
        new(["rpalos"], "the last-level granule protection entries for a range of physical addresses (FEAT_RME)",
            TlbiOperandKind.PhysicalRange, false),
    ];

    /// <summary>
    /// The operation of a name without nXS, and whether the name is that of a range of virtual addresses.
    /// </summary>
    public static (UnmodelledTlbi Tlbi, bool Range)? Find(string name) =>
        All.FirstOrDefault(u => u.Forms.Contains(name)) is { } found
            ? (found, found.Operand is TlbiOperandKind.Address && name[0] == 'r') : null;
}
