using Orleans.Mmu.Linux.Machines;

namespace Orleans.Mmu.Linux.Changes;

/// <summary>A call of a changes file: its name, and which kernels have it for which addresses.</summary>
/// <param name="Name">
/// The name as the file spells it: the kernel function, or set_memory_invalid for set_memory_valid(…, 0).
/// </param>
/// <param name="InAreas">
/// Whether it takes addresses of vmalloc areas; all but vmalloc take those of the linear map.
/// </param>
/// <param name="OtherName">The name without "_noflush"; null if it is the same.</param>
internal sealed record ChangeCall(MapChangeKind Kind, string Name, bool InAreas, string? OtherName = null)
{
    /// <summary>Every call, in the order in which messages list them.</summary>
    public static IReadOnlyList<ChangeCall> All { get; } =
    [
        new(MapChangeKind.ReadOnly, "set_memory_ro", true),
        new(MapChangeKind.ReadWrite, "set_memory_rw", true),
        new(MapChangeKind.NoExecute, "set_memory_nx", true),
        new(MapChangeKind.Execute, "set_memory_x", true),
        new(MapChangeKind.ReadOnlyExecute, "set_memory_rox", true),
        new(MapChangeKind.Valid, "set_memory_valid", true),
        new(MapChangeKind.Invalid, "set_memory_invalid", true),
        new(MapChangeKind.DirectMapInvalid, "set_direct_map_invalid_noflush", false, "set_direct_map_invalid"),
        new(MapChangeKind.DirectMapDefault, "set_direct_map_default_noflush", false, "set_direct_map_default"),
        new(MapChangeKind.Decrypted, "set_memory_decrypted", false),
        new(MapChangeKind.Encrypted, "set_memory_encrypted", false),
        new(MapChangeKind.NewArea, "vmalloc", true),
    ];

    /// <summary>All names in short: "set_memory_ro|rw|…, set_direct_map_…, vmalloc".</summary>
    public static string Names { get; } = string.Join(", ",
        new[] { "set_memory_", "set_direct_map_", "vmalloc" }.Select(prefix => prefix + string.Join('|',
            All.Where(c => c.Name.StartsWith(prefix, StringComparison.Ordinal)).Select(c => c.Name[prefix.Length..]))));

    public static ChangeCall Of(MapChangeKind kind) => All.Single(c => c.Kind == kind);

    /// <summary>The call with a name; null if there is none.</summary>
    public static ChangeCall? Find(string name) => All.FirstOrDefault(c => c.Name == name || c.OtherName == name);

    /// <summary>The words that follow the name, for messages.</summary>
    public string Operands => Kind == MapChangeKind.NewArea ? "VA PAGES PA" : "VA PAGES";

    /// <summary>
    /// Why a machine's kernel does not have the call; null if it has it. Memory is encrypted and decrypted in realms
    /// only (realm_set_memory_encrypted); elsewhere these calls return at once.
    /// </summary>
    public string? WhyNot(MachineDescription machine) =>
        Kind is not (MapChangeKind.Decrypted or MapChangeKind.Encrypted) ? null
        : !machine.Rules.HasRealms ? $"a kernel from {KernelRealm.Since} on, which can be a realm's"
        : machine.Realm is null ? "a machine with \"realm\", since the call does nothing elsewhere"
        : null;
}
