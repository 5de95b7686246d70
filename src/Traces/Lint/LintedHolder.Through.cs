namespace Orleans.Mmu.Traces.Lint;

/// <summary>The registers through which one CPU may hold each tree, and the shapes in which it has read them.</summary>
internal sealed partial class LintedHolder
{
    // Those that lead to trees.
    private static readonly CasemateRegister[] Registers =
    [
        CasemateRegister.Ttbr0El1, CasemateRegister.Ttbr1El1, CasemateRegister.Ttbr0El2, CasemateRegister.Ttbr1El2,
        CasemateRegister.VttbrEl2,
    ];

    private readonly Dictionary<(CasemateRegister Register, HeldTree Tree), LintedHalf> _through = [];

    // The shape in which every tree of a register has been read; null where there have been several.
    private readonly Dictionary<CasemateRegister, LintedHalf?> _onlyHalf = [];

    /// <summary>The CPU turns out never to have read a tree through a register as it was said.</summary>
    public void Forget(CasemateRegister register)
    {
        foreach (var tree in HeldThrough(register).ToList())
        {
            _through.Remove((register, tree));
            if (RegistersOf(tree).Count == 0)
                Drop(tree);
        }
    }

    /// <summary>The trees that the CPU may hold through a register.</summary>
    public IEnumerable<HeldTree> HeldThrough(CasemateRegister register) =>
        _through.Keys.Where(t => t.Register == register).Select(t => t.Tree);

    /// <summary>The registers through which the CPU may hold a tree.</summary>
    public IReadOnlyList<CasemateRegister> RegistersOf(HeldTree tree)
    {
        CasemateRegister? only = null;
        foreach (var register in Registers)
        {
            if (!_through.ContainsKey((register, tree)))
                continue;
            // A second one: all of them, in the order in which they led to the tree.
            if (only is not null)
                return [.. _through.Keys.Where(t => t.Tree == tree).Select(t => t.Register)];
            only = register;
        }

        return only is { } one ? [one] : [];
    }

    /// <summary>The shape in which the CPU read a tree through a register; null if it holds none of it.</summary>
    public LintedHalf? HalfOf(CasemateRegister register, HeldTree tree) => _through.GetValueOrDefault((register, tree));

    /// <summary>Whether the CPU may have read trees through a register in another shape than this one.</summary>
    public bool HasReadOtherwise(CasemateRegister register, LintedHalf half) =>
        _onlyHalf.TryGetValue(register, out var only) && only != half;

    private void ReadThrough(CasemateRegister register, HeldTree tree, LintedHalf half)
    {
        _through[(register, tree)] = half;
        if (!_onlyHalf.TryAdd(register, half) && _onlyHalf[register] != half)
            _onlyHalf[register] = null;
    }

    /// <summary>Whether the CPU may hold a tree through no other register than this one.</summary>
    public bool HoldsThroughAlone(CasemateRegister register, ulong root) =>
        Array.TrueForAll(Registers, other => other == register || !_through.ContainsKey((other, root)));
}
