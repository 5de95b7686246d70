namespace Orleans.Mmu.Axioms.Programs;

/// <summary>What a word in memory holds: data, or a descriptor.</summary>
internal enum LocationKind
{
    Data,
    Descriptor,
}

/// <summary>
/// A word in memory: the one data word of a physical page, or the descriptor that translates a page. Pages have the
/// names of the test's variables; x is the virtual page x, PA(x) the physical one and PTE(x) the descriptor of the
/// virtual one.
/// </summary>
internal readonly record struct Location(LocationKind Kind, string Page)
{
    public static Location Data(string page) => new(LocationKind.Data, page);

    public static Location Descriptor(string page) => new(LocationKind.Descriptor, page);

    public override string ToString() => Kind == LocationKind.Data ? Page : $"PTE({Page})";
}
